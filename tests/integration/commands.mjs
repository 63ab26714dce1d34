// Prints the workflow commands that GitHub's own toolkit makes of [[name, properties, message], …].
import * as core from "@actions/core";
import { readFileSync } from "node:fs";

for (const [name, properties, message] of JSON.parse(readFileSync(0, "utf8"))) {
  const { line, col, ...others } = properties;
  core[name](message, { ...others, startLine: line, startColumn: col });
}
