// The daemon's REST interface: requests with the token of this tab, pictures as object addresses, and one event stream per tab.

const tokenKey = 'actorcolorize.token';
const silentAfter = 15_000; // milliseconds without an event, of which one comes every 5 seconds
const hiddenFor = 60_000; // milliseconds after which a tab that nobody looks at lets its stream go

export class Problem extends Error {
  constructor(status, kind, detail) {
    super(detail);
    this.status = status;
    this.kind = kind;
  }
}

/** Trades the code of a link for a token and takes it out of the address. */
export async function signInFromAddress() {
  const code = /^#code=([0-9a-f]+)$/.exec(location.hash)?.[1];
  if (!code) return;
  history.replaceState(null, '', `${location.pathname}#/runs`);
  const answer = await request('/v1/sign-in', { method: 'POST', body: { code }, token: false });
  sessionStorage.setItem(tokenKey, answer.token);
}

export const signOut = () => sessionStorage.removeItem(tokenKey);

function headers(extra = {}) {
  const token = sessionStorage.getItem(tokenKey);
  return token ? { Authorization: `Bearer ${token}`, ...extra } : extra;
}

async function refusal(answer) {
  let problem = {};
  try {
    problem = await answer.json();
  } catch {
    // not an answer of the daemon
  }
  if (answer.status === 401) dispatchEvent(new Event('signed-out'));
  return new Problem(answer.status, problem.type?.split(':').pop() ?? 'fault', problem.detail ?? `the server answered ${answer.status}`);
}

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Problem(0, 'disconnected', 'the daemon does not answer');
  }
}

/** A request with a JSON answer. */
export async function request(path, { method = 'GET', body, signal, key } = {}) {
  const extra = body === undefined ? {} : { 'Content-Type': 'application/json' };
  if (key) extra['Idempotency-Key'] = key;
  const answer = await send(path, { method, headers: headers(extra), body: body === undefined ? undefined : JSON.stringify(body), signal });
  if (!answer.ok) throw await refusal(answer);
  return answer.status === 204 ? null : answer.json();
}

/** A command: repeated under the same key where the answer was lost, it is carried out once. */
export async function command(path, body, method = 'POST') {
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  for (let attempt = 0; ; attempt++) {
    try {
      return await request(path, { method, body, key });
    } catch (problem) {
      if (attempt === 2 || (problem.status !== 0 && problem.status !== 503)) throw problem;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

/** A picture as a blob. */
export async function picture(path, signal) {
  const answer = await send(path, { headers: headers(), signal });
  if (!answer.ok) throw await refusal(answer);
  return answer.blob();
}

/** The network's distributions over the colours of a picture. */
export async function colours(path, signal) {
  const answer = await send(path, { headers: headers(), signal });
  if (!answer.ok) throw await refusal(answer);
  return answer.arrayBuffer();
}

/** Colours one picture: the result as a blob, and where the network's distributions are, if they were wanted and can be had. */
export async function colorize(file, query, signal) {
  const type = file.type || 'application/octet-stream';
  const answer = await send(`/v1/colorize?${query}`, { method: 'POST', headers: headers({ 'Content-Type': type }), body: file, signal });
  if (!answer.ok) throw await refusal(answer);
  const distribution = /^<([^>]+)>; rel="related"$/.exec(answer.headers.get('Link') ?? '')?.[1];
  return { result: await answer.blob(), distribution };
}

/**
 * Everything that this tab shows, as one event stream. A page says what it shows; the stream is opened anew with that, and after every
 * interruption, from where it was. Events: the server's, with their data, and 'state' when the connection changes.
 */
class Live extends EventTarget {
  state = 'idle';
  #subject = {};
  #abort = null;
  #seen = new Map(); // number of the last event of each run and job
  #hiddenTimer = 0;

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => {
      clearTimeout(this.#hiddenTimer);
      if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#abort?.abort(), hiddenFor);
      else if (this.#abort?.signal.aborted) this.#open();
    });
  }

  /** What the page shows: lists, a run, a job from an event on. */
  watch(subject) {
    this.#subject = subject;
    this.#seen.clear();
    if (subject.job) this.#seen.set(subject.job, subject.jobAfter ?? 0);
    this.#open();
  }

  /** Opens the stream anew at once. */
  retry() {
    this.#open();
  }

  stop() {
    this.#abort?.abort();
    this.#tell('idle');
  }

  #tell(state, detail = '') {
    if (this.state === state && !detail) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent('state', { detail: { state, detail } }));
  }

  async #open() {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    if (this.state !== 'live') this.#tell('connecting');
    for (let attempt = 0; !abort.signal.aborted; attempt++) {
      try {
        await this.#read(abort, () => (attempt = 0));
      } catch (failure) {
        if (abort.signal.aborted) return;
        if (failure.status === 401 || failure.status === 404) return this.#tell('refused', failure.message);
      }
      if (abort.signal.aborted) return;
      this.#tell('lost');
      const wait = Math.min(10_000, 500 * 2 ** attempt) * (0.75 + Math.random() / 2);
      await new Promise((done) => setTimeout(done, wait));
    }
  }

  async #read(abort, alive) {
    const query = new URLSearchParams();
    const { lists = [], run, job } = this.#subject;
    if (lists.length) query.set('lists', lists.join(','));
    if (run) (query.set('run', run), query.set('run_after', this.#seen.get(run) ?? 0));
    if (job) (query.set('job', job), query.set('job_after', this.#seen.get(job) ?? 0));
    const connection = new AbortController();
    const forward = () => connection.abort();
    abort.signal.addEventListener('abort', forward);
    let silence = setTimeout(forward, silentAfter);
    try {
      const answer = await send(`/v1/events?${query}`, { headers: headers(), signal: connection.signal });
      if (!answer.ok) throw await refusal(answer);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ''; ;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(forward, silentAfter);
        alive();
        text += value;
        const events = text.split('\n\n');
        text = events.pop();
        for (const event of events) this.#take(event);
        this.#tell('live');
      }
    } finally {
      clearTimeout(silence);
      abort.signal.removeEventListener('abort', forward);
    }
  }

  #take(text) {
    let kind = 'message';
    const data = [];
    for (const line of text.split('\n')) {
      if (line.startsWith('event:')) kind = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
    }
    if (!data.length) return;
    const detail = JSON.parse(data.join('\n'));
    if (Number.isInteger(detail.sequence)) {
      const subject = kind.startsWith('run.') ? this.#subject.run : this.#subject.job;
      if (detail.sequence <= (this.#seen.get(subject) ?? 0)) return;
      this.#seen.set(subject, detail.sequence);
    }
    this.dispatchEvent(new CustomEvent(kind, { detail }));
    if (kind.startsWith('job.') && kind !== 'job.progress') this.dispatchEvent(new CustomEvent('job.any', { detail: { kind, ...detail } }));
  }
}

export const live = new Live();
