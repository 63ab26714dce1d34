// Filters, search and grouping of the HTML report. What is shown is what the form and the hash say.
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const groups = document.getElementById("groups");
  const shown = document.getElementById("shown");
  const fold = document.getElementById("fold");
  const byRule = [...groups.children];
  const items = [...groups.querySelectorAll(".finding")].sort((a, b) => a.dataset.n - b.dataset.n);
  const home = new Map(items.map((item) => [item, item.closest(".group")]));
  const texts = new Map();
  const boxes = [...form.querySelectorAll("[name=severity]")];
  const fields = ["text", "rule", "directory", "resource", "group"];
  let grouped = "";

  const textOf = (item) => {
    if (!texts.has(item)) {
      const title = home.get(item).querySelector("summary").textContent;
      const { file, resource } = item.dataset;
      texts.set(item, `${title} ${item.textContent} ${file} ${resource}`.toLowerCase());
    }
    return texts.get(item);
  };

  const below = (directory, top) => {
    return directory === top || directory.startsWith(top.endsWith("/") ? top : `${top}/`);
  };

  const test = () => {
    const data = new FormData(form);
    const severities = new Set(data.getAll("severity"));
    const words = data.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    const [rule, directory, resource] = ["rule", "directory", "resource"].map((name) => data.get(name));
    return (item) => {
      const has = item.dataset;
      return (
        severities.has(has.severity) &&
        (!rule || has.rule === rule || has.topic === rule) &&
        (!directory || below(has.directory, directory)) &&
        (!resource || has.resource === resource) &&
        (!words.length || words.every((word) => textOf(item).includes(word)))
      );
    };
  };

  const element = (tag, className, ...children) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  };

  const fileGroup = (name) => {
    const title = element("h3", "", name);
    const count = element("span", "count");
    const made = element("details", "group", element("summary", "", title, count), element("ol", ""));
    made.open = true;
    return made;
  };

  // In a file, each finding brings its rule along; what that says is copied when somebody asks.
  const addRule = (item) => {
    if (item.querySelector(".about")) return;
    const group = home.get(item);
    const summary = element("summary", "", `${group.querySelector("h3").textContent} (${item.dataset.rule})`);
    const about = element("details", "about", summary);
    about.addEventListener("toggle", () => {
      const prose = group.querySelector(":scope > .about > div");
      if (prose && about.children.length === 1) about.append(prose.cloneNode(true));
    });
    item.append(about);
  };

  const regroup = (by) => {
    if (by === grouped) return;
    grouped = by;
    if (by === "file") {
      const files = new Map();
      for (const item of items) {
        const { file } = item.dataset;
        if (!files.has(file)) files.set(file, fileGroup(file));
        files.get(file).lastChild.append(item);
        addRule(item);
      }
      groups.replaceChildren(...files.values());
    } else {
      for (const item of items) {
        item.querySelector(":scope > .about")?.remove();
        home.get(item).querySelector("ol").append(item);
      }
      groups.replaceChildren(...byRule);
    }
  };

  const apply = () => {
    regroup(form.elements.group.value);
    const fits = test();
    const counts = new Map([...groups.children].map((group) => [group, [0, 0]]));
    let total = 0;
    for (const item of items) {
      const fit = fits(item);
      const count = counts.get(item.parentElement.parentElement);
      item.hidden = !fit;
      count[1] += 1;
      count[0] += fit;
      total += fit;
    }
    for (const [group, [some, all]] of counts) {
      group.hidden = !some;
      group.querySelector(".count").textContent =
        some === all ? (grouped && all.toLocaleString("en")) : `${some.toLocaleString("en")} of ${all.toLocaleString("en")}`;
    }
    const all = `${items.length.toLocaleString("en")} ${items.length === 1 ? "finding" : "findings"}`;
    shown.textContent =
      total === items.length ? `${total > 1 ? "All " : ""}${all} shown` : total ? `${total.toLocaleString("en")} of ${all} shown` : `None of ${all} fits; “Show all” clears the filters`;
  };

  const write = () => {
    const view = new URLSearchParams();
    const ticked = boxes.filter((box) => box.checked);
    if (ticked.length < boxes.length) view.set("severity", ticked.map((box) => box.value).join(","));
    for (const name of fields) {
      const { value } = form.elements[name];
      if (value) view.set(name, value);
    }
    history.replaceState(null, "", view.size ? `#${view}` : "#all");
  };

  const read = () => {
    const hash = location.hash.slice(1);
    const target = hash.includes("=") ? null : document.getElementById(hash);
    if (!target || !groups.contains(target)) {
      if (target && hash !== "all") return;
      const view = new URLSearchParams(hash.includes("=") ? hash : "");
      const severities = view.get("severity")?.split(",");
      for (const box of boxes) box.checked = !severities || severities.includes(box.value);
      for (const name of fields) {
        const field = form.elements[name];
        field.value = view.get(name) ?? "";
        if (field.selectedIndex === -1) field.value = "";
      }
      apply();
      return;
    }
    // A rule or a finding that a filter hides is shown when somebody follows a link to it.
    if (target.hidden || target.closest("[hidden]")) form.reset();
    const group = target.closest(".group");
    if (group) group.open = true;
    target.scrollIntoView();
  };

  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      apply();
      write();
    }, 120);
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", later);
  form.addEventListener("reset", () => {
    setTimeout(() => {
      apply();
      write();
    });
  });
  fold.addEventListener("click", () => {
    const close = [...groups.children].some((group) => group.open && !group.hidden);
    for (const group of groups.children) group.open = !close;
    fold.textContent = close ? "Unfold all" : "Fold all";
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (!link) return;
    const name = decodeURIComponent(link.getAttribute("href").slice(1));
    if (name.includes("=")) {
      // The findings are what the link is for.
      setTimeout(() => document.getElementById("findings").focus());
    }
  });
  addEventListener("hashchange", read);
  form.hidden = false;
  document.documentElement.classList.add("scripted");
  apply();
  read();
})();
