// What a browser makes of the HTML report: node page.mjs TASK FILE; prints JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const [task, file, program] = process.argv.slice(2);
const address = pathToFileURL(file).href;
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });

async function open(options = {}, hash = "") {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.heard = [];
  page.on("request", (each) => each.url().split("#")[0] === address || page.heard.push(`request ${each.url()}`));
  page.on("console", (each) => page.heard.push(`console ${each.text()}`));
  page.on("pageerror", (each) => page.heard.push(`error ${each}`));
  page.on("dialog", (each) => {
    page.heard.push(`dialog ${each.message()}`);
    each.dismiss();
  });
  await page.goto(address + hash);
  return page;
}

// As many as are laid out: what the style hides does not count.
const seen = (page) => page.locator(".finding").evaluateAll((all) => all.filter((each) => each.checkVisibility()).length);
const state = async (page) => {
  const said = (await page.locator("#shown").count()) ? await page.textContent("#shown") : "";
  return { seen: await seen(page), said, hash: new URL(page.url()).hash };
};
const settled = async (page, change) => {
  await change();
  await page.waitForTimeout(250);
  return state(page);
};

const tasks = {
  // Loads with and without the page's own policy, opens everything, and tells what was heard.
  async quiet() {
    const heard = [];
    for (const bypassCSP of [false, true]) {
      const page = await open({ bypassCSP });
      await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
      if (await page.locator("#filters").count()) {
        await settled(page, () => page.selectOption("[name=group]", "file"));
        await page.locator(".finding .about > summary").first().click();
      }
      await page.waitForTimeout(300);
      const marks = await page.evaluate(() => [globalThis.owned, document.querySelectorAll("main script, img, iframe").length]);
      heard.push(...page.heard, ...(marks[0] || marks[1] ? [`marks ${marks}`] : []));
    }
    return heard;
  },

  async filter() {
    const page = await open();
    const first = (name) => page.locator(`[name=${name}] option[value]:not([value=''])`).first().getAttribute("value");
    const steps = { start: await state(page) };
    steps.errors = await settled(page, async () => {
      await page.uncheck("[value=warning]");
      await page.uncheck("[value=note]");
    });
    const rule = await first("rule");
    steps.topic = await settled(page, () => page.selectOption("[name=rule]", rule));
    steps.topic.value = rule;
    steps.searched = await settled(page, () => page.fill("[name=text]", "no such words anywhere"));
    steps.cleared = await settled(page, () => page.click("[type=reset]"));
    const resource = await page.locator("[name=resource] option").nth(1).getAttribute("value");
    steps.resource = await settled(page, () => page.selectOption("[name=resource]", resource));
    steps.resource.value = resource;
    steps.grouped = await settled(page, () => page.selectOption("[name=group]", "file"));
    steps.grouped.files = await page.locator(".group:not([hidden]) h3").allTextContents();
    const shared = await open({}, new URL(page.url()).hash);
    await shared.waitForTimeout(100);
    steps.shared = await state(shared);
    await settled(page, () => page.click("[type=reset]"));
    const bar = page.locator("a.bar").first();
    const count = Number(await bar.locator("b").textContent());
    steps.bar = await settled(page, () => bar.click());
    steps.bar.count = count;
    steps.bar.focus = await page.evaluate(() => document.activeElement.id);
    steps.back = await settled(page, () => page.goBack());
    steps.nonsense = await state(await open({}, "#severity=error&rule=<b>&x=1&resource=%ZZ"));
    const words = await page.locator(".finding .message").last().textContent();
    steps.words = await settled(page, () => page.fill("[name=text]", words.trim().split(/\s+/).reverse().join(" ").toUpperCase()));
    const id = await page.locator(".finding").last().getAttribute("id");
    const linked = await open({}, `#${id}`);
    steps.linked = { ...(await state(linked)), inView: await linked.locator(`#${id}`).evaluate((each) => each.getBoundingClientRect().top < innerHeight) };
    const directories = {};
    for (const each of await page.locator("[name=directory] option:not([value=''])").all()) {
      const value = await each.getAttribute("value");
      const one = await open({}, `#${new URLSearchParams({ directory: value })}`);
      directories[value] = (await state(one)).seen;
      await one.close();
    }
    return { ...steps, directories, heard: page.heard };
  },

  // Nothing but keys.
  async keys() {
    const page = await open();
    const focus = () => page.evaluate(() => document.activeElement.name || document.activeElement.id || document.activeElement.textContent);
    const found = {};
    await page.keyboard.press("Tab");
    found.first = await focus();
    found.visible = await page.evaluate(() => {
      const box = document.activeElement.getBoundingClientRect();
      return box.left >= 0 && box.top >= 0 && getComputedStyle(document.activeElement).outlineStyle;
    });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    found.second = await focus();
    await page.keyboard.type("python");
    await page.waitForTimeout(250);
    found.searched = await state(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.waitForTimeout(250);
    found.unticked = await state(page);
    for (let steps = 0; steps < 20 && (await focus()) !== "Show all"; steps++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(250);
    found.reset = await state(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    found.folded = await page.evaluate(() => document.activeElement.parentElement.open);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    found.about = await page.evaluate(() => document.activeElement.parentElement.className + document.activeElement.parentElement.open);
    return found;
  },

  async look() {
    const found = {};
    for (const colorScheme of ["light", "dark"]) {
      const page = await open({ colorScheme });
      found[colorScheme] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
    }
    found.wide = {};
    for (const width of [320, 390, 800, 1280, 2560]) {
      const page = await open({ viewport: { width, height: 900 } });
      await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
      found.wide[width] = await page.evaluate(() => document.documentElement.scrollWidth);
    }
    const paper = await open();
    await paper.emulateMedia({ media: "print" });
    found.print = { seen: await seen(paper), form: await paper.locator("#filters").isVisible() };
    return found;
  },

  async plain() {
    const page = await open({ javaScriptEnabled: false });
    const visible = (selector) => page.locator(selector).isVisible();
    const found = { form: (await page.locator("#filters").count()) > 0 && (await visible("#filters")), heard: page.heard };
    found.findings = 0;
    for (const each of await page.locator(".finding .message").all()) found.findings += await each.isVisible();
    return found;
  },

  async axe() {
    const found = [];
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [390, 1280]) {
        const page = await open({ colorScheme, bypassCSP: true, viewport: { width, height: 900 } });
        await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
        await page.addStyleTag({ content: "* { content-visibility: visible !important }" });
        await page.addScriptTag({ path: axe });
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
        if (!passes.length) found.push("nothing was checked");
        for (const each of violations) found.push(`${colorScheme} ${width} ${each.id}: ${each.nodes[0].html.slice(0, 200)} ${each.nodes[0].failureSummary}`);
      }
    }
    return found;
  },

  async speed() {
    const page = await open();
    const found = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd);
    const filtered = await page.evaluate(async () => {
      const start = performance.now();
      location.hash = "#severity=error&text=ray";
      await new Promise((resolve) => addEventListener("hashchange", () => requestAnimationFrame(resolve), { once: true }));
      return performance.now() - start;
    });
    const grouped = await page.evaluate(async () => {
      const start = performance.now();
      location.hash = "#group=file";
      await new Promise((resolve) => addEventListener("hashchange", () => requestAnimationFrame(resolve), { once: true }));
      return performance.now() - start;
    });
    const left = await page.locator(".finding:not([hidden])").count();
    return { ready: found, filtered, grouped, left, heard: page.heard };
  },
};

console.log(JSON.stringify(await tasks[task]()));
await browser.close();
