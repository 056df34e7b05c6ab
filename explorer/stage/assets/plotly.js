// Plotly as the Python package ships it, loaded once from this server; nothing comes from the network.
const source = new URL("../explorer.hosts.streamlit.plotly/plotly.min.js", import.meta.url).href;
let loading = null;

export function loadPlotly() {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error("Plotly could not be loaded from this server; reload the page."));
    document.head.append(script);
  });
  return loading;
}

// A page that needs nothing else: the figure, its data and Plotly itself.
export async function standalone(title, figure) {
  const script = (await (await fetch(source)).text()).replaceAll("</script", "<\\/script");
  const json = JSON.stringify(figure).replaceAll("<", "\\u003c");
  const heading = new Option(title).innerHTML;
  return new Blob(
    [
      `<!doctype html><meta charset="utf-8"><title>${heading}</title><div id="figure"></div><script>${script}</script>`,
      `<script>const f = ${json}; Plotly.newPlot("figure", f.data, f.layout, { displaylogo: false });</script>`,
    ],
    { type: "text/html" },
  );
}
