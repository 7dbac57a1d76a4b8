// The page at an address that has none: its words in the language that is on.

import { byId } from "./dom.js";
import { languageButton, translate } from "./strings.js";

languageButton(byId("language"), () => {});
translate();
