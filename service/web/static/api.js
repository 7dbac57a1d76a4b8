// Every call to the API, the collection that is meant, and the one kind of error calls end in.

const ROOT = "/api/v1";
export const DEFAULT_COLLECTION = "default";

let collection = DEFAULT_COLLECTION;

/** What went wrong, in words to show. `details` are sentences of the server; none means it could not be reached. */
export class ApiError extends Error {
  constructor(status, details, code = "", retryAfter = 0) {
    super(details.join(" ") || "unreachable");
    this.status = status;
    this.details = details;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** From now on every call means this collection. */
export function useCollection(name) {
  collection = name || DEFAULT_COLLECTION;
}

export const usedCollection = () => collection;

/** What names the collection in an address; nothing for the default one. */
export const inCollection = () => (collection === DEFAULT_COLLECTION ? "" : `?collection=${encodeURIComponent(collection)}`);

export const ask = (request, signal) => call("POST", "/ask", { ...request, collection }, signal).then(json);
export const listDocuments = () => call("GET", `/documents${inCollection()}`).then(json).then((body) => body.documents);
export const describeDocument = (id) => call("GET", path(id)).then(json);
export const removeDocument = (id) => call("DELETE", path(id));
export const listCollections = () => call("GET", "/collections").then(json).then((body) => body.collections);
export const removeCollection = (name) => call("DELETE", `/collections/${encodeURIComponent(name)}`);
export const listJobs = () => call("GET", "/jobs").then(json).then((body) => body.jobs);
export const findJob = (id) => call("GET", `/jobs/${encodeURIComponent(id)}`).then(json);
export const cancelJob = (id) => call("DELETE", `/jobs/${encodeURIComponent(id)}`).then(json);

/** The canonical text, exactly: response.text() would drop a leading U+FEFF and shift every span. */
export async function documentText(id) {
  const response = await call("GET", path(id, "/text"));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await reachable(response.arrayBuffer()));
}

/** Send a text; the answer is its document, or the job that takes it in. */
export const addText = (title, text, metadata) =>
  call("POST", `/documents${inCollection()}`, { title, text, metadata }).then(json);

/** Send one file and have a job take it in; XMLHttpRequest, because fetch does not tell how far an upload is. */
export function addFile(file, metadata, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${ROOT}/documents${inCollection()}`);
    request.setRequestHeader("Prefer", "respond-async");
    request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
    request.onerror = () => reject(new ApiError(0, []));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    request.onload = () => {
      if (request.status < 300) resolve(parsed(request.responseText));
      else reject(failure(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    form.append("metadata", JSON.stringify(metadata));
    request.send(form);
  });
}

async function call(method, address, body, signal) {
  const options = { method, signal, headers: { Accept: "application/json, application/problem+json, text/plain" } };
  if (body) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await reachable(fetch(ROOT + address, options));
  if (response.ok) return response;
  throw failure(response.status, await reachable(response.text()), response.headers.get("Retry-After"));
}

const path = (id, part = "") => `/documents/${encodeURIComponent(id)}${part}${inCollection()}`;

const json = (response) => reachable(response.json());

/** A promise of the network whose failure is an ApiError; a request that we ended ourselves stays an AbortError. */
function reachable(promise) {
  return promise.catch((error) => {
    throw error.name === "AbortError" ? error : new ApiError(0, []);
  });
}

/** A problem+json body as an error: its sentences, the general one first; just the status if it is of another kind. */
function failure(status, body, retryAfter) {
  const problem = parsed(body);
  const sentences = [problem.detail, ...(problem.errors ?? []).map((error) => error.detail)].filter(Boolean);
  if (!sentences.length) sentences.push(problem.title ?? `HTTP ${status}`);
  const code = problem.error?.code ?? "";
  return new ApiError(status, [...new Set(sentences.map(String))], code, Number(retryAfter) || 0);
}

function parsed(body) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
