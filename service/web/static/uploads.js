// Adding documents: chosen files, dropped files and pasted text go through one queue, one after the other.

import { addFile, addText } from "./api.js";
import { byId, el } from "./dom.js";
import { t } from "./strings.js";

const items = byId("uploads");

let queue = Promise.resolve();
let onAdded = () => {};

/** Wire up the ways of adding; `onAdded` is called after each document that was taken in. */
export function startUploads({ openPanel, onAdded: added }) {
  onAdded = added;
  const input = byId("files");
  byId("choose-files").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    addFiles([...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });
  startPaste();
  startDrop(openPanel);
}

/** Forget the lines of documents that were added; failures stay until they have been read once more. */
export function clearFinished() {
  for (const item of items.querySelectorAll(".done")) item.remove();
}

function addFiles(files) {
  for (const file of files) {
    add(file.name, (item) =>
      addFile(file, (sent, total) => {
        const arrived = sent >= total;
        item.progress.removeAttribute("value"); // unknown, while the server reads
        if (!arrived) item.progress.value = sent / total;
        item.say(arrived ? t("reading") : t("sending", { percent: Math.floor((100 * sent) / total) }));
      }),
    );
  }
}

/** Put one piece of work into the queue, with a line of its own that tells how it goes. */
function add(name, work) {
  const item = progressLine(name);
  const run = async () => {
    item.say(t("reading"));
    try {
      item.finish("done", t("added", await work(item)));
      await onAdded();
    } catch (error) {
      item.finish("failed", error.details?.join(" ") || (error.status === 0 ? t("uploadBroken") : error.message));
    }
  };
  queue = queue.then(run);
  return queue.then(() => item.node.classList.contains("done"));
}

function progressLine(name) {
  const progress = el("progress", { max: 1, "aria-label": name });
  const status = el("p", { class: "facts" }, t("waiting"));
  const node = el("li", {}, el("p", { class: "upload-name", dir: "auto" }, name), progress, status);
  items.append(node);
  return {
    node,
    progress,
    say: (words) => (status.textContent = words),
    finish(state, words) {
      node.classList.add(state);
      progress.remove();
      status.textContent = words;
    },
  };
}

function startPaste() {
  const form = byId("paste");
  const toggle = byId("toggle-paste");
  const unfold = (open) => {
    form.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  toggle.addEventListener("click", () => {
    unfold(form.hidden);
    if (!form.hidden) byId("paste-title").focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const title = byId("paste-title").value.trim();
    const text = byId("paste-text").value;
    const added = await add(title, () => addText(title, text));
    if (!added) return; // the words stay in the form, nothing typed is lost
    form.reset();
    unfold(false);
  });
}

function startDrop(openPanel) {
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    openPanel();
    const entries = [...event.dataTransfer.items].filter((entry) => entry.kind === "file");
    const isFolder = (entry) => entry.webkitGetAsEntry?.()?.isDirectory;
    for (const folder of entries.filter(isFolder)) {
      progressLine(folder.getAsFile()?.name ?? "").finish("failed", t("isFolder"));
    }
    addFiles(entries.filter((entry) => !isFolder(entry)).map((entry) => entry.getAsFile()));
  });
}
