// Prints the labels of a drawing's nodes and edges, as its own tool reads them: node drawn.mjs dot|mermaid <drawing
import fs from "node:fs";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { JSDOM } from "jsdom";

const text = fs.readFileSync(0, "utf8");

async function dot() {
  const svg = (await Graphviz.load()).layout(text, "svg", "dot");
  const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
  const written = (kind) => [...document.querySelectorAll(`g.${kind} text`)].map((each) => each.textContent);
  return [written("node"), written("edge")];
}

async function mermaid() {
  const { window } = new JSDOM("");
  Object.assign(globalThis, { window, document: window.document });
  const tool = (await import("mermaid")).default;
  await tool.parse(text);
  const { db } = await tool.mermaidAPI.getDiagramFromText(text);
  const read = (each) => each.text.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code));
  return [[...db.getVertices().values()].map(read), db.getEdges().map(read)];
}

console.log(JSON.stringify(await { dot, mermaid }[process.argv[2]]()));
