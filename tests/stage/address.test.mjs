// The link is the view.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Address, rewritten } from "../../explorer/stage/assets/address.js";

test("an address that says it already is left alone", () => {
  assert.equal(rewritten("gain=0.81", "?gain=0.81"), null);
  assert.equal(rewritten("", ""), null);
  assert.equal(rewritten("text=a+rose", "?text=a%20rose"), null, "however it is written");
});

test("another view is written", () => {
  assert.equal(rewritten("gain=0.81", ""), "?gain=0.81");
  assert.equal(rewritten("gain=0.81&length=9", "?gain=2"), "?gain=0.81&length=9");
});

test("the view as it opens has no query", () => {
  assert.equal(rewritten("", "?gain=2"), "");
});

test("what the app is embedded by stays", () => {
  assert.equal(rewritten("gain=1", "?embed=true&embed_options=dark_theme&gain=2"), "?gain=1&embed=true&embed_options=dark_theme");
  assert.equal(rewritten("gain=1", "?gain=1&embed=true"), null);
});

// A browser's history, as the stage sees it.
function browser(pathname = "/gates", search = "") {
  const entries = [search];
  let at = 0;
  const location = { pathname, get search() { return entries[at]; } };
  const write = (to, push) => {
    if (push) entries.splice(++at, Infinity, to);
    else entries[at] = to;
  };
  return { address: new Address({ read: () => location, write }), location, entries, go: (by) => (at += by) };
}

const known = (address, view, answering) => address.came({ page: "gates", ...view }, { answered: answering, push: answering }) === "known";

test("what a person did is a new entry, what the server says by itself is none", () => {
  const { address, entries } = browser();
  assert.ok(known(address, { at: "", address: "gain=1" }, true));
  assert.deepEqual(entries, ["", "?gain=1"]);
  assert.deepEqual(address.about(), { at: "gain=1", moved: false });
  assert.ok(known(address, { at: "gain=1", address: "gain=1&step=2" }, false));
  assert.deepEqual(entries, ["", "?gain=1&step=2"]);
  assert.deepEqual(address.about(), { at: "gain=1&step=2", moved: false });
});

test("a moving hand writes nothing", () => {
  const { address, entries } = browser();
  assert.ok(known(address, { at: "", address: null }, true));
  assert.deepEqual(entries, [""]);
});

test("an answer that comes after a step back writes nothing, and the server is told", () => {
  const { address, entries, go } = browser();
  known(address, { at: "", address: "gain=1" }, true);
  go(-1);
  assert.equal(address.came({ page: "gates", at: "gain=1", address: "gain=2" }, { answered: true, push: true }), "unknown");
  assert.deepEqual(entries, ["", "?gain=1"]);
  assert.deepEqual(address.about(), { at: "", moved: true });
  assert.ok(known(address, { at: "", address: "" }, true));
  assert.deepEqual(address.about(), { at: "", moved: false });
});

test("on another page it has nothing to say, and waits to be there", () => {
  const { address, location, entries } = browser("/gradients", "?gain=9");
  assert.equal(address.came({ page: "gates", at: "", address: "gain=1" }, { answered: true, push: true }), "elsewhere");
  assert.deepEqual(address.about(), { at: null, moved: false });
  assert.deepEqual(entries, ["?gain=9"]);
  location.pathname = "/under/gates";
  entries[0] = "";
  assert.ok(known(address, { at: "", address: "gain=1" }, false));
  assert.deepEqual(entries, ["?gain=1"]);
});

test("the page that opens first has no name in its address", () => {
  const { address } = browser("/under/");
  assert.equal(address.came({ page: "overview", at: "", address: "" }, { answered: false, push: false }), "known");
});

test("a server that does not know yet of what was written is none that a person has left", () => {
  const { address, entries } = browser();
  known(address, { at: "", address: "gain=1" }, true);
  assert.ok(known(address, { at: "", address: "gain=1" }, false), "the page was drawn again");
  assert.deepEqual(address.about(), { at: "gain=1", moved: false });
  assert.deepEqual(entries, ["", "?gain=1"]);
});

test("a page that is drawn again after a step back is no wish to be forward again", () => {
  const { address, entries, go } = browser();
  known(address, { at: "", address: "gain=1" }, true);
  go(-1);
  assert.equal(address.came({ page: "gates", at: "", address: "gain=1" }, { answered: false, push: false }), "unknown");
  assert.deepEqual(entries, ["", "?gain=1"]);
  assert.deepEqual(address.about(), { at: "", moved: true });
});

test("a server that begins from an older address is told of the one that is there", () => {
  const { address } = browser();
  known(address, { at: "", address: "gain=1" }, true);
  known(address, { at: "gain=1", address: "gain=2" }, true);
  assert.equal(address.came({ page: "gates", at: "", address: "" }, { answered: false, push: false }), "unknown");
  assert.deepEqual(address.about(), { at: "gain=2", moved: true });
});
