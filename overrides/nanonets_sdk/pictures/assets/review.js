"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const pages = document.getElementById("pages");
  const list = document.getElementById("list");
  const search = document.getElementById("search");
  const confidence = document.getElementById("confidence");
  const items = [];
  const groups = [];
  let chosen = null;

  function element(name, classes, text) {
    const made = document.createElement(name);
    if (classes) made.className = classes;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function shape(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  // Only certainty is 100%, as in the other outputs.
  const percent = (score) => {
    const whole = Math.round(score * 100);
    return score === null ? "–" : `${score > 0 && score < 1 ? Math.min(Math.max(whole, 1), 99) : whole}%`;
  };

  function item(row, value, drawing, about) {
    const entry = { row, value, box: null, search: about.concat(value.text).join("\n").toLowerCase(), index: items.length };
    row.tabIndex = -1;
    row.classList.add("item", value.level);
    if (value.box) {
      const [x, y, width, height] = value.box;
      entry.box = shape("rect", { x, y, width, height, class: `${value.level}${row.tagName === "TD" ? " cell" : ""}` });
      const title = shape("title", {});
      title.textContent = `${about.filter(Boolean).join(" · ")}: ${value.text} (${percent(value.score)})`;
      entry.box.append(title);
      drawing.append(entry.box);
    }
    for (const part of [row, entry.box]) {
      if (!part) continue;
      part.addEventListener("mouseenter", () => light(entry, true));
      part.addEventListener("mouseleave", () => light(entry, false));
      part.addEventListener("click", () => choose(entry, part));
    }
    items.push(entry);
    return entry;
  }

  function light(entry, on) {
    for (const part of [entry.row, entry.box]) part?.classList.toggle("lit", on);
  }

  function choose(entry, from) {
    for (const part of [chosen?.row, chosen?.box]) part?.classList.remove("chosen");
    chosen?.row.removeAttribute("aria-current");
    if (chosen) chosen.row.tabIndex = -1;
    chosen = entry;
    if (!entry) return;
    for (const part of [entry.row, entry.box]) part?.classList.add("chosen");
    entry.row.setAttribute("aria-current", "true");
    entry.row.tabIndex = 0;
    entry.row.focus({ preventScroll: true });
    if (from !== entry.row) reveal(list, entry.row);
    if (entry.box && from !== entry.box) reveal(pages, entry.box);
  }

  function reveal(frame, part) {
    const outer = frame.getBoundingClientRect();
    const inner = part.getBoundingClientRect();
    const margin = 48;
    const above = inner.top < outer.top + margin;
    const below = inner.bottom > outer.bottom - margin;
    const beside = inner.left < outer.left + 8 || inner.right > outer.right - 8;
    if (above || below) frame.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
    if (beside) frame.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
  }

  function zoom(on) {
    pages.classList.toggle("zoomed", on);
    if (chosen?.box) reveal(pages, chosen.box);
  }

  // A group is parts of the list that are there only while one of their items is.
  function group(parts, from) {
    groups.push({ parts, entries: items.slice(from) });
  }

  function field(value, drawing) {
    const row = element("div", "field");
    row.append(element("span", "label", value.label || "(no label)"), element("span", "text", value.text));
    row.append(element("span", "score", percent(value.score)));
    if (value.note) row.append(element("span", "note", value.note));
    item(row, value, drawing, [value.label]);
    return row;
  }

  function table(value, drawing) {
    const frame = element("div", "table");
    const grid = element("table");
    if (value.header.length) {
      const head = element("tr");
      for (const name of value.header) head.append(element("th", "", name));
      grid.append(element("thead"));
      grid.tHead.append(head);
    }
    const body = element("tbody");
    for (const cells of value.rows) {
      const line = element("tr");
      const from = items.length;
      let column = 0;
      for (const cell of cells) {
        while (column < cell.column) {
          line.append(element("td"));
          column += 1;
        }
        const place = element("td", cell.spanned ? "spanned" : "", cell.spanned ? "·" : cell.text);
        if (!cell.spanned) {
          if (/^[\s\d.,%$€£¥+()-]*\d[\s\d.,%$€£¥+()-]*$/.test(cell.text)) place.classList.add("number");
          place.title = percent(cell.score);
          item(place, cell, drawing, [value.header[cell.column] || value.label]).line = line;
        }
        line.append(place);
        column += 1;
      }
      body.append(line);
      group([line], from);
    }
    grid.append(body);
    frame.append(grid);
    return frame;
  }

  function page(value) {
    const sheet = element("figure", "sheet");
    const image = element("img");
    image.src = value.image;
    image.alt = `Page ${value.number}`;
    image.width = value.width;
    image.height = value.height;
    const drawing = shape("svg", { viewBox: `0 0 ${value.width} ${value.height}`, preserveAspectRatio: "none" });
    sheet.append(image, drawing, element("figcaption", "", `${value.number} / ${data.pages.length}`));
    pages.append(sheet);
    const heading = element("h2", "", `Page ${value.number}`);
    const from = items.length;
    list.append(heading);
    if (value.error) list.append(element("p", "problem", value.error));
    const cells = shape("g", {});
    const fields = shape("g", {});
    drawing.append(cells, fields);
    for (const each of value.fields) list.append(field(each, fields));
    for (const each of value.tables) {
      const first = items.length;
      const parts = [element("h3", "", each.label), table(each, cells)];
      list.append(...parts);
      group(parts, first);
    }
    if (!value.error && items.length > from) group([heading], from);
    if (!value.fields.length && !value.tables.length) list.append(element("p", "empty", "Nothing was read here."));
  }

  function filter() {
    const limit = Number(confidence.value) / 100;
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    document.getElementById("limit").textContent = `${confidence.value}%`;
    let shown = 0;
    for (const entry of items) {
      const sure = entry.value.score !== null && limit < 1 && entry.value.score > limit;
      entry.hidden = sure || !words.every((word) => entry.search.includes(word));
      entry.row.classList.toggle(entry.line ? "faint" : "out", entry.hidden);
      entry.box?.classList.toggle("out", entry.hidden);
      shown += entry.hidden ? 0 : 1;
    }
    for (const { parts, entries } of groups) {
      const gone = entries.length > 0 && entries.every((entry) => entry.hidden);
      for (const part of parts) part.classList.toggle("out", gone);
    }
    document.getElementById("count").textContent = `${shown} of ${items.length} shown`;
    if (chosen?.hidden) choose(null);
  }

  function step(by) {
    let index = chosen ? chosen.index + by : by > 0 ? 0 : items.length - 1;
    while (items[index]?.hidden) index += by;
    if (items[index]) choose(items[index]);
  }

  function stepLine(by) {
    if (!chosen?.line) return step(by);
    const column = chosen.row.cellIndex;
    for (let index = chosen.index + by; items[index]; index += by) {
      const entry = items[index];
      if (entry.line === chosen.line || entry.hidden) continue;
      if (!entry.line || entry.line.parentNode !== chosen.line.parentNode || entry.row.cellIndex === column) return choose(entry);
    }
  }

  function back() {
    if (pages.classList.contains("zoomed")) return zoom(false);
    if (chosen) return choose(null);
    search.value = "";
    confidence.value = 100;
    filter();
  }

  const keys = {
    ArrowDown: () => stepLine(1),
    ArrowUp: () => stepLine(-1),
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    Enter: () => (chosen ? zoom(!pages.classList.contains("zoomed")) : step(1)),
    "/": () => search.focus(),
    Escape: back,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (event.target === search && key !== "Escape" && key !== "ArrowDown" && key !== "Enter") return;
    if (event.target === confidence && key !== "Escape" && key !== "Enter") return;
    if (!keys[key]) return;
    event.preventDefault();
    if (event.target === search || event.target === confidence) {
      event.target.blur();
      if (key !== "Escape") step(1);
      else if (search.value) back();
      return;
    }
    keys[key]();
  });

  document.querySelector("h1").textContent = data.title;
  const state = document.getElementById("state");
  state.textContent = data.error || (data.moderated ? "approved" : "");
  state.classList.toggle("bad", Boolean(data.error));
  for (const each of data.pages) page(each);
  search.addEventListener("input", filter);
  confidence.addEventListener("input", filter);
  filter();
})();
