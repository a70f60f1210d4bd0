// The page's side of the desk agent: pairs once, then asks for prints and cards. An ES module without dependencies.
//
// The key never leaves the browser's crypto (it is not extractable) and is kept in IndexedDB for this page's origin.
// Every request is proven and used once; every answer is proven by the agent before it is believed.

const HOST = "127.0.0.1";
const DEFAULT_PORT = 4501;
const LOOKALIKES = { O: "0", I: "1", L: "1" };
const STORE = "desk-agent";
const encoder = new TextEncoder();

/** The agent said no; `code` says why, for programs. */
export class AgentRefusal extends Error {
  constructor(code, message, status) {
    super(message);
    this.name = "AgentRefusal";
    this.code = code;
    this.status = status;
  }
}

/** Nobody answers on the agent's port: it does not run, or is another's. */
export class AgentAbsent extends Error {
  constructor() {
    super("the desk agent does not answer: does it run on this machine?");
    this.name = "AgentAbsent";
  }
}

/** The scanner or the card stands in the way; `kind` is the error's name, `hint` what must change, where there is one. */
export class DeviceProblem extends Error {
  constructor(error) {
    super(error.errorInfo ?? error.message);
    this.name = "DeviceProblem";
    this.kind = error.kind;
    this.hint = error.hint ?? null;
    this.code = error.errorCode ?? null;
  }
}

function toText(bytes) {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromText(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
}

function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** HKDF-SHA256 from the typed code to an HMAC key that cannot be taken out of the browser. */
async function derive(code, salt, info) {
  const base = await crypto.subtle.importKey("raw", encoder.encode(code), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(info) };
  const what = { name: "HMAC", hash: "SHA-256", length: 256 };
  return crypto.subtle.deriveKey(how, base, what, false, ["sign", "verify"]);
}

async function tag(key, ...parts) {
  return toText(await crypto.subtle.sign("HMAC", key, encoder.encode(parts.join("\n"))));
}

async function holds(key, proof, ...parts) {
  return crypto.subtle.verify("HMAC", key, fromText(proof ?? ""), encoder.encode(parts.join("\n")));
}

async function ask(port, method, path, body, headers, signal) {
  const options = { method, headers, signal, cache: "no-store", credentials: "omit", redirect: "error" };
  if (body !== null) options.body = body;
  try {
    return await fetch(`http://${HOST}:${port}${path}`, options);
  } catch (problem) {
    if (signal?.aborted) throw problem;
    throw new AgentAbsent();
  }
}

async function refuse(response) {
  const answer = await response.json().catch(() => ({}));
  const error = answer.error ?? {};
  throw new AgentRefusal(error.code ?? "UNKNOWN", error.message ?? `HTTP ${response.status}`, response.status);
}

/** Whether an agent runs here, and whether it is paired with this page. Throws AgentAbsent, AgentRefusal. */
export async function about(port = DEFAULT_PORT) {
  const response = await ask(port, "GET", "/agent", null, {});
  return response.ok ? response.json() : refuse(response);
}

/** Pairs this page with the agent that shows `code`, and keeps the key. Throws AgentAbsent, AgentRefusal. */
export async function pair(code, desk, port = DEFAULT_PORT) {
  const plain = code.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[OIL]/g, (sign) => LOOKALIKES[sign]);
  const own = random(32);
  const codeKey = await derive(plain, new Uint8Array(), "station desk pairing code");
  const proof = await tag(codeKey, "station-desk-pair-1", location.origin, toText(own), desk);
  const body = JSON.stringify({ desk, nonce: toText(own), proof });
  const response = await ask(port, "POST", "/pair", body, { "Content-Type": "application/json" });
  if (!response.ok) await refuse(response);
  const answer = await response.json();
  const said = ["station-desk-paired-1", location.origin, toText(own), answer.nonce, answer.key_id];
  if (!(await holds(codeKey, answer.proof, ...said))) {
    throw new AgentRefusal("NOT_THE_AGENT", "whoever answered does not know the code: pair with nobody here", 0);
  }
  const key = await derive(plain, joined(own, fromText(answer.nonce)), `station desk key\n${location.origin}`);
  await keep({ port, keyId: answer.key_id, key });
  return new DeskAgent({ port, keyId: answer.key_id, key });
}

/** The agent that this page was paired with on `port`; null where it never was. */
export async function paired(port = DEFAULT_PORT) {
  const kept = await inStore("readonly", (store) => store.get(port));
  return kept ? new DeskAgent(kept) : null;
}

/** Forgets the pairing on `port`. */
export async function forget(port = DEFAULT_PORT) {
  await inStore("readwrite", (store) => store.delete(port));
}

async function keep(pairing) {
  await inStore("readwrite", (store) => store.put(pairing));
}

function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(STORE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("pairings", { keyPath: "port" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const doing = act(database.transaction("pairings", mode).objectStore("pairings"));
      doing.onsuccess = () => (database.close(), resolve(doing.result));
      doing.onerror = () => (database.close(), reject(doing.error));
    };
  });
}

/** A paired agent. Where an answer's proof does not hold, AgentRefusal NOT_THE_AGENT is thrown and nothing is used. */
export class DeskAgent {
  #port;
  #keyId;
  #key;

  constructor({ port, keyId, key }) {
    this.#port = port;
    this.#keyId = keyId;
    this.#key = key;
  }

  async #ask(method, path, content, { accept = "application/json", signal } = {}) {
    const body = content === undefined ? "" : JSON.stringify(content);
    const time = String(Date.now());
    const nonce = toText(random(16));
    const digest = hex(await sha256(encoder.encode(body)));
    const said = ["station-desk-request-1", method, path, location.origin, time, nonce, digest];
    const proof = await tag(this.#key, ...said);
    const headers = {
      Accept: accept,
      Authorization: `StationDesk key="${this.#keyId}", time="${time}", nonce="${nonce}", proof="${proof}"`,
    };
    if (body) headers["Content-Type"] = "application/json";
    const response = await ask(this.#port, method, path, body || null, headers, signal);
    if (!response.ok) await refuse(response);
    return { response, nonce };
  }

  async #believe(proof, ...said) {
    if (!(await holds(this.#key, proof, ...said))) {
      throw new AgentRefusal("NOT_THE_AGENT", "the answer is not the paired agent's", 0);
    }
  }

  async #whole(method, path, content) {
    const { response, nonce } = await this.#ask(method, path, content);
    const body = new Uint8Array(await response.arrayBuffer());
    const digest = hex(await sha256(body));
    const proof = response.headers.get("Station-Proof");
    await this.#believe(proof, "station-desk-answer-1", nonce, String(response.status), digest);
    return JSON.parse(new TextDecoder().decode(body));
  }

  /** The lines of a stream; each as it comes, the whole believed at its end, which throws where it is not. */
  async *#lines(method, path, content, signal) {
    const { response, nonce } = await this.#ask(method, path, content, { accept: "application/x-ndjson", signal });
    const reader = response.body.getReader();
    let held = new Uint8Array();
    let chain = new Uint8Array();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) throw new AgentAbsent();
        held = joined(held, value);
        for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
          const line = held.slice(0, end + 1);
          held = held.slice(end + 1);
          const said = JSON.parse(new TextDecoder().decode(line));
          if (said.end === true) {
            await this.#believe(said.proof, "station-desk-stream-1", nonce, hex(chain));
            return;
          }
          chain = await sha256(joined(chain, line));
          yield said;
        }
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  }

  /** The desk's scanners, as SBI's discovery lists them. */
  devices() {
    return this.#whole("MOSIPDISC", "/device", { type: "Finger" });
  }

  /** The same in detail; each `deviceInfo` is a token whose payload is the second part. */
  async info() {
    const entries = await this.#whole("MOSIPDINFO", "/info", { type: "Finger" });
    return entries.map((entry) => (entry.deviceInfo ? payload(entry.deviceInfo) : entry));
  }

  /**
   * One capture: `request` is SBI's RCAPTURE. `onEvent` hears each live state, with `preview` (JPEG, base64) where
   * there is one; `signal` aborts. Resolves to {prints, attackSuspected, wasForced}; throws DeviceProblem.
   */
  async capture(request, { onEvent = () => {}, signal } = {}) {
    let last = null;
    for await (const line of this.#lines("RCAPTURE", "/capture", request, signal)) {
      if (line.state) onEvent(line);
      else last = line;
    }
    if (last?.error) throw new DeviceProblem(last.error);
    return { prints: last.biometrics.map((print) => payload(print.data)), ...last.additionalInfo };
  }

  /** Calls the running capture off; whether there was one. */
  async cancelCapture() {
    return (await this.#whole("POST", "/capture/cancel", {})).cancelled;
  }

  /** Takes the next frame with a finger on it; whether a capture runs. */
  async forceCapture() {
    return (await this.#whole("POST", "/capture/force", {})).forced;
  }

  /** Reads the card in the desk's reader. `access`: {can, mrz_info, access}. Resolves to the report; throws DeviceProblem. */
  async readCard(access, { onPhase = () => {}, signal } = {}) {
    let last = null;
    for await (const line of this.#lines("POST", "/card/read", access, signal)) {
      if (line.phase) onPhase(line);
      else last = line;
    }
    if (last?.error) throw new DeviceProblem(last.error);
    return last.report;
  }

  /** Calls the reading off; whether there was one. */
  async cancelCard() {
    return (await this.#whole("POST", "/card/cancel", {})).cancelled;
  }
}

function payload(token) {
  return JSON.parse(new TextDecoder().decode(fromText(token.split(".")[1])));
}
