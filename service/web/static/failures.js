// What went wrong, in the words of whoever reads: known failures in the language of the interface, others as told.

import { t } from "./strings.js";

/** Sentences for an error of the API, or for the `error` of a file in a job: {code, details} or {code, message}. */
export function explain(error) {
  const told = error.details ?? [error.message].filter(Boolean);
  const known = t("problems")[error.code];
  if (known) return [known, ...told];
  return told.length ? told : [t(error.status === 0 ? "unreachable" : "failed")];
}

/** Only the first sentence is for everybody; what follows is the service's own account. */
export function explainShort(error) {
  return explain(error)[0];
}
