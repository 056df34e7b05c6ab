// The address bar: the link is the view. No DOM in here.
//
// The stage alone writes the address; the server says what it is to be. Only here is it known what a person did in the
// browser's history meanwhile, so only here can that be told from what was written:
//
//     payload.page      the page: what its view says is of no other one's address
//     payload.at        the query string that the server took the browser to be at when it answered
//     payload.address   the query string of the view, for the address to say; null while a hand moves
//     event.at          the query string that the address bar shows as the event leaves; null if it is another page's
//     event.moved       whether the server has to read it: it is neither what the stage has left it at nor what the
//                       server took it to be
//
// The server opens what a moved event is at before it takes in the changes. An address is written only where the
// browser still is where the server took it to be; where it is not, the server is to be asked once more.

const parameters = (search) => [...new URLSearchParams(search)];
const own = (search) => new URLSearchParams(parameters(search).filter(([key]) => !key.startsWith("embed"))).toString();
const sorted = (search) => parameters(own(search)).map(String).sort().join("\n");

export const same = (one, other) => sorted(one) === sorted(other);

// The query string that makes the address say `query`, or null if it does already. What the app is embedded by stays.
export function rewritten(query, search) {
  if (same(query, search)) return null;
  const wanted = new URLSearchParams(query);
  for (const [key, value] of parameters(search)) if (key.startsWith("embed")) wanted.append(key, value);
  return wanted.size ? `?${wanted}` : "";
}

// The page that opens first has no name in its address.
const FIRST = "overview";

export class Address {
  // read() -> {pathname, search}; write(search, push): `push` for a new entry in the browser's history
  constructor({ read, write }) {
    this.read = read;
    this.write = write;
    this.page = null; // until a payload has come
    this.left = null; // what the stage has left it at, or else the server took it to be
    this.before = null; // what it was before the stage wrote it last: the server may not know of that yet
  }

  // Whether the address is this page's: it may be another's still, or already.
  get here() {
    return this.page !== null && (this.read().pathname.split("/").at(-1) || FIRST) === this.page;
  }

  // What an event says of it.
  about() {
    if (!this.here) return { at: null, moved: false };
    const { search } = this.read();
    return { at: own(search), moved: this.left !== null && !same(search, this.left) };
  }

  // A payload came: in answer to an event or not, to be a new entry or not. Returns "known" where the server knows where
  // the browser is, "unknown" where it is to be asked once more, "elsewhere" while the address is another page's.
  came({ page, at, address }, { answered, push }) {
    this.page = page;
    if (!this.here) return "elsewhere";
    const { search } = this.read();
    if (this.left === null) this.left = own(at);
    const unwritten = this.before !== null && same(at, this.before) && same(search, this.left);
    if (!same(at, search) && !unwritten) {
      if (same(search, this.left)) this.left = own(at); // another server, which began from an older address
      return "unknown";
    }
    if (!same(search, this.left) && !answered) return "unknown"; // a step that this payload cannot know of
    const written = address === null ? null : rewritten(address, search);
    if (written === null) this.left = own(search);
    else {
      this.before = own(search);
      this.left = own(written);
      this.write(written, push);
    }
    return "known";
  }
}
