// From a figure's values to pixels, as its axes say. No DOM in here.

export const rounded = (px) => Math.round(px * 100) / 100 + 0; // + 0: no −0

// What a value is on the axis itself: on a logarithmic one its power of ten. What is nowhere on it is NaN.
const along = { linear: (value) => value, log: (value) => (value > 0 ? Math.log10(value) : NaN) };

// `axis`: its type, its range (of powers on a logarithmic axis), its length in px, and whether it runs upwards.
// The pixels are counted from the left or from the top of the plot.
export function scale({ type, range: [first, last], length, upwards }) {
  const on = along[type];
  const perValue = length / (last - first);
  return (value) => {
    const at = value === null || value === undefined ? NaN : on(value);
    return rounded(upwards ? (last - at) * perValue : (at - first) * perValue);
  };
}
