// The one place that makes HTTP requests: to the relay's routes of files, by a ticket, with no cookie and no header of ours.

/** No byte has gone for so long: the way is dead, even if nobody says so. */
const STALL_MS = 30_000;
/** The relay has all bytes and looks at them, perhaps with a scanner. */
const JUDGED_MS = 120_000;

/**
 * Brings bytes (`PUT`, answered with JSON) or fetches them (`GET`, answered with a Blob).
 * @param {string} url
 * @param {object} way
 * @param {Blob} [way.bring]                    what is brought; otherwise something is fetched
 * @param {(bytes: number) => void} way.moved   so many have gone so far
 * @param {(status: number, body: any) => void} way.done  status 0: there was no answer
 * @returns {() => void} stops it; `done` is not called then
 */
export function transfer(url, { bring, moved, done }) {
  const request = new XMLHttpRequest();
  let timer = 0;
  let over = false;
  const end = (/** @type {number} */ status, /** @type {any} */ body = null) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    done(status, body);
  };
  const stop = () => {
    over = true;
    clearTimeout(timer);
    request.abort();
  };
  const within = (/** @type {number} */ ms) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (over) return;
      stop();
      done(0, null);
    }, ms);
  };
  request.open(bring ? "PUT" : "GET", url);
  request.responseType = bring ? "json" : "blob";
  request.onload = () => end(request.status, request.response);
  request.onerror = request.onabort = () => end(0);
  (bring ? request.upload : request).onprogress = ({ loaded }) => {
    if (over) return;
    within(STALL_MS);
    moved(loaded);
  };
  request.upload.onload = () => within(JUDGED_MS);
  within(STALL_MS);
  // Without a type the browser sends none: what it is, the relay sees by its bytes.
  request.send(bring ? bring.slice() : null);
  return stop;
}
