// The address bar: the link is the view. No DOM in here.

const parameters = (search) => [...new URLSearchParams(search)];

// The query string that makes the address say `query`, or null if it does already. What the app is embedded by stays.
export function rewritten(query, search) {
  const wanted = new URLSearchParams(query);
  for (const [key, value] of parameters(search)) if (key.startsWith("embed")) wanted.append(key, value);
  if (wanted.toString() === new URLSearchParams(search).toString()) return null;
  return wanted.size ? `?${wanted}` : "";
}
