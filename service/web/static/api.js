// Every call to the API, and the one kind of error they end in.

const ROOT = "/api/v1";

/** What went wrong, in words to show. `details` are sentences of the server; none means it could not be reached. */
export class ApiError extends Error {
  constructor(status, details) {
    super(details.join(" ") || "unreachable");
    this.status = status;
    this.details = details;
  }
}

export const ask = (request, signal) => call("POST", "/ask", request, signal).then(json);
export const listDocuments = () => call("GET", "/documents").then(json).then((body) => body.documents);
export const describeDocument = (id) => call("GET", path(id)).then(json);
export const addText = (title, text) => call("POST", "/documents", { title, text }).then(json);
export const removeDocument = (id) => call("DELETE", path(id));

/** The canonical text, exactly: response.text() would drop a leading U+FEFF and shift every span. */
export async function documentText(id) {
  const response = await call("GET", `${path(id)}/text`);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await reachable(response.arrayBuffer()));
}

/** Send one file; XMLHttpRequest, because fetch does not tell how far an upload is. */
export function addFile(file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${ROOT}/documents`);
    request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
    request.onerror = () => reject(new ApiError(0, []));
    request.onload = () => {
      if (request.status < 300) resolve(parsed(request.responseText));
      else reject(new ApiError(request.status, problemDetails(request.status, request.responseText)));
    };
    const form = new FormData();
    form.append("file", file);
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
  throw new ApiError(response.status, problemDetails(response.status, await reachable(response.text())));
}

const path = (id) => `/documents/${encodeURIComponent(id)}`;

const json = (response) => reachable(response.json());

/** A promise of the network whose failure is an ApiError; a request that we ended ourselves stays an AbortError. */
function reachable(promise) {
  return promise.catch((error) => {
    throw error.name === "AbortError" ? error : new ApiError(0, []);
  });
}

/** The sentences of a problem+json body, the general one first; just the status if the body is of another kind. */
function problemDetails(status, body) {
  const problem = parsed(body);
  const sentences = [problem.detail, ...(problem.errors ?? []).map((error) => error.detail)].filter(Boolean);
  if (!sentences.length) sentences.push(problem.title ?? `HTTP ${status}`);
  return [...new Set(sentences.map(String))];
}

function parsed(body) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
