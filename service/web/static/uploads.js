// Adding documents: chosen files, dropped files and pasted text, each on a line of its own that tells how it goes.

import { addFile, addText, cancelJob, findJob, listJobs, usedCollection } from "./api.js";
import { byId, el } from "./dom.js";
import { explain } from "./failures.js";
import { innerList } from "./inner.js";
import { givenMetadata } from "./metadata.js";
import { t } from "./strings.js";

const FIRST_LOOK = 150; // milliseconds until a job is first asked for; each time a little longer
const LAST_LOOK = 1500;
const UNFINISHED = ["waiting", "running"];

const items = byId("uploads");

let queue = Promise.resolve(); // files are sent one after the other
let underWay = queue; // the sending whose job the service may know already and the page not yet
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

/** Show the jobs that are under way in this collection, such as those from before the page was loaded. */
export async function resumeJobs() {
  const jobs = await listJobs().catch(() => []);
  await underWay;
  const shown = new Set([...items.children].map((node) => node.dataset.job));
  for (const job of jobs) {
    if (!UNFINISHED.includes(job.state) || job.collection !== usedCollection() || shown.has(job.id)) continue;
    const more = job.total > 1 ? t("andMore", { count: job.total - 1 }) : "";
    const line = progressLine(`${job.files[0]?.name ?? job.id}${more}`);
    follow(job, line);
  }
}

/** Forget the lines of documents that were added; failures stay until they have been read once more. */
export function clearFinished() {
  for (const item of items.querySelectorAll(".done, .ended")) item.remove();
}

function addFiles(files) {
  for (const file of files) {
    const metadata = givenMetadata();
    add(file.name, (line) => addFile(file, metadata, (sent, total) => tellSending(line, sent, total), line.signal));
  }
}

function tellSending(line, sent, total) {
  line.advance(sent >= total ? null : sent / total);
  line.say(sent >= total ? t("reading") : t("sending", { percent: Math.floor((100 * sent) / total) }));
}

/** Send one thing in its turn; whether it was taken in. What becomes of its job does not hold up the next. */
function add(name, send) {
  const line = progressLine(name);
  const sent = queue.then(() => {
    const answer = line.signal.aborted || patient(send, line);
    underWay = sent.catch(() => {});
    return answer;
  });
  queue = sent.catch(() => {});
  return sent.then(
    (body) => (line.signal.aborted ? line.end("ended", t("cancelled")) : body.files ? follow(body, line) : added(line, [body])),
    (error) => fail(line, error),
  );
}

/** Send, and where the service is too busy wait as long as it asks for. */
async function patient(send, line) {
  for (;;) {
    try {
      return await send(line);
    } catch (error) {
      if (error.status !== 429 || line.signal.aborted) throw error;
      line.say(t("problems").queue_full);
      await pause((error.retryAfter || 5) * 1000);
    }
  }
}

/** Follow a job to its end; while the service cannot be reached, go on asking. */
async function follow(job, line) {
  line.node.dataset.job = job.id;
  line.signal.addEventListener("abort", () => cancelJob(job.id).catch(() => {}));
  let current = job;
  for (let wait = FIRST_LOOK; UNFINISHED.includes(current.state); wait = Math.min(LAST_LOOK, wait * 1.3)) {
    tellJob(line, current);
    await pause(wait);
    try {
      current = await findJob(job.id);
    } catch (error) {
      if (error.status !== 0) return fail(line, error);
      line.say(t("unreachable"));
    }
  }
  return conclude(line, current);
}

function tellJob(line, { state, done, total, files }) {
  const running = files.find((file) => file.state === "running");
  const share = (done + (running?.progress ?? 0)) / total;
  line.advance(state === "running" && share > 0 ? share : null);
  if (state === "waiting") line.say(t("waiting"));
  else line.say(share > 0 ? t("understanding", { percent: Math.floor(100 * share) }) : t("reading"));
}

function conclude(line, { state, files }) {
  const documents = files.flatMap((file) => file.documents);
  const errors = files.map((file) => file.error).filter(Boolean);
  line.node.append(...innerList(files));
  if (state === "cancelled" || state === "interrupted") return broken(line, state, documents.length);
  if (!documents.length) return fail(line, errors[0] ?? { code: "internal_error", details: [] });
  const unchanged = files.every((file) => file.state === "unchanged");
  return added(line, documents, unchanged, errors);
}

async function broken(line, state, count) {
  const kept = count ? [t("keptBefore", { count })] : [];
  line.end("ended", t(state), kept);
  if (count) await onAdded();
  return false;
}

async function added(line, documents, unchanged = false, errors = []) {
  const counts = { count: documents.length, passages: documents.reduce((sum, each) => sum + each.passages, 0) };
  const words = unchanged ? t("alreadyThere") : documents.length > 1 ? t("addedMany", counts) : t("added", counts);
  line.end("done", words, errors.flatMap(explain));
  await onAdded();
  return true;
}

function fail(line, error) {
  if (error.name === "AbortError") return line.end("ended", t("cancelled"));
  if (!error.code && error.status === undefined) throw error; // a defect of the page, for the console
  const [first, ...rest] = error.status === 0 ? [t("uploadBroken")] : explain(error);
  return line.end("failed", first, rest);
}

/** A line with a name, a bar, words and a way to end it. `end` gives whether the document was taken in. */
function progressLine(name) {
  const ending = new AbortController();
  const progress = el("progress", { max: 1, "aria-label": name });
  const status = el("p", { class: "facts" }, t("waiting"));
  const stop = el("button", { type: "button", class: "quiet stop", "aria-label": t("cancelNamed", { name }) }, "✕");
  const node = el("li", {}, el("p", { class: "upload-name", dir: "auto" }, name), stop, progress, status);
  stop.addEventListener("click", () => {
    stop.disabled = true;
    ending.abort();
  });
  items.append(node);
  return {
    node,
    signal: ending.signal,
    say: (words) => (status.textContent = words),
    advance: (share) => (share === null ? progress.removeAttribute("value") : (progress.value = share)),
    end(state, words, more = []) {
      node.classList.add(state);
      progress.remove();
      if (state === "failed") {
        stop.setAttribute("aria-label", t("dismissNamed", { name }));
        stop.disabled = false;
        stop.addEventListener("click", () => node.remove());
      } else stop.remove();
      status.textContent = words;
      status.after(...more.map((sentence) => el("p", { class: "account" }, sentence)));
      return state === "done";
    },
  };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
    const metadata = givenMetadata();
    const taken = await add(title, () => addText(title, text, metadata));
    if (!taken) return; // the words stay in the form, nothing typed is lost
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
      progressLine(folder.getAsFile()?.name ?? "").end("failed", t("isFolder"));
    }
    addFiles(entries.filter((entry) => !isFolder(entry)).map((entry) => entry.getAsFile()));
  });
}
