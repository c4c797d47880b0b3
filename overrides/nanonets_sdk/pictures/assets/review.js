"use strict";
// What the page in a file and the served one share: the pages with their boxes, the list, choosing, filtering, zoom,
// copying and the JSON. The served one sets `view.editor`, which makes the elements in which values are typed.
const view = (() => {
  const by = (id) => document.getElementById(id);
  const pages = by("pages");
  const list = by("list");
  const search = by("search");
  const confidence = by("confidence");
  const view = { items: [], chosen: null, editor: null, file: null, zoom: 1 };
  let groups = [];
  let sheets = [];

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

  const percent = (score) => (score === null || score === undefined ? "–" : `${Math.round(score * 100)}%`);

  function item(row, value, page, drawing, about) {
    const entry = { row, value, page, drawing, about: about.filter(Boolean), box: null, index: view.items.length };
    entry.cell = row.tagName === "TD";
    row.classList.add("item", value.level);
    if (!view.editor) row.tabIndex = -1;
    row.addEventListener("mouseenter", () => light(entry, true));
    row.addEventListener("mouseleave", () => light(entry, false));
    row.addEventListener("click", (event) => choose(entry, row, event));
    view.items.push(entry);
    place(entry);
    remember(entry);
    return entry;
  }

  // The text that the search looks at.
  function remember(entry) {
    entry.search = entry.about.concat(entry.value.text).join("\n").toLowerCase();
    const title = entry.box?.firstChild;
    if (title) title.textContent = `${entry.about.join(" · ")}: ${entry.value.text} (${percent(entry.value.score)})`;
  }

  function place(entry) {
    const box = entry.value.box;
    if (!box) {
      entry.box?.remove();
      entry.box = null;
      return;
    }
    if (!entry.box) {
      entry.box = shape("rect", { class: `${entry.value.level}${entry.cell ? " cell" : ""}` });
      entry.box.append(shape("title", {}));
      entry.box.addEventListener("mouseenter", () => light(entry, true));
      entry.box.addEventListener("mouseleave", () => light(entry, false));
      entry.box.addEventListener("click", (event) => choose(entry, entry.box, event));
      entry.drawing.append(entry.box);
      entry.box.classList.toggle("chosen", view.chosen === entry);
    }
    ["x", "y", "width", "height"].forEach((name, index) => entry.box.setAttribute(name, box[index]));
    remember(entry);
  }

  function light(entry, on) {
    for (const part of [entry.row, entry.box]) part?.classList.toggle("lit", on);
  }

  function choose(entry, from, event) {
    const before = view.chosen;
    if (before !== entry) {
      for (const part of [before?.row, before?.box]) part?.classList.remove("chosen");
      before?.row.removeAttribute("aria-current");
      if (before && !view.editor) before.row.tabIndex = -1;
    }
    view.chosen = entry;
    by("copy").disabled = !entry && list.hidden === false;
    if (!entry) return view.editor?.chose(null, before);
    for (const part of [entry.row, entry.box]) part?.classList.add("chosen");
    entry.row.setAttribute("aria-current", "true");
    if (view.editor) {
      view.editor.chose(entry, before, event);
    } else {
      entry.row.tabIndex = 0;
      entry.row.focus({ preventScroll: true });
    }
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

  // Zoom keeps the point under the mouse or the fingers, or else the middle, where it is.
  function zoomTo(wanted, x, y) {
    const outer = pages.getBoundingClientRect();
    const [left, top] = [x ?? outer.left + outer.width / 2, y ?? outer.top + outer.height / 2];
    const sheet = sheets.find((one) => one.figure.getBoundingClientRect().bottom > top) || sheets.at(-1);
    const before = sheet?.figure.getBoundingClientRect();
    view.zoom = Math.min(Math.max(wanted, 0.5), 8);
    pages.style.setProperty("--zoom", view.zoom);
    pages.classList.toggle("zoomed", view.zoom > 1.01);
    by("zoom").textContent = `${Math.round(view.zoom * 100)}%`;
    view.zoomed?.();
    if (!sheet || !before.width) return;
    const after = sheet.figure.getBoundingClientRect();
    pages.scrollLeft += after.left + ((left - before.left) / before.width) * after.width - left;
    pages.scrollTop += after.top + ((top - before.top) / before.height) * after.height - top;
  }

  function zoom(on) {
    zoomTo(on ? (innerWidth <= 860 ? 3 : 2.2) : 1);
    if (view.chosen?.box) reveal(pages, view.chosen.box);
  }

  const touches = new Map();
  let pinch = null;
  function touched(event) {
    if (event.pointerType !== "touch") return;
    if (event.type === "pointerdown" || touches.has(event.pointerId)) touches.set(event.pointerId, event);
    if (event.type === "pointerup" || event.type === "pointercancel") touches.delete(event.pointerId);
    if (touches.size !== 2) return void (pinch = null);
    const [one, other] = [...touches.values()];
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    pinch ??= { apart, zoom: view.zoom };
    if (event.type !== "pointermove") return;
    zoomTo((pinch.zoom * apart) / pinch.apart, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
  }
  for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) pages.addEventListener(name, touched);
  // Browsers say "pinch on a touchpad" by a wheel with Ctrl.
  pages.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomTo(view.zoom * Math.exp(-event.deltaY / 150), event.clientX, event.clientY);
  }, { passive: false });

  // A group is parts of the list that are there only while one of their items is.
  function group(parts, from) {
    groups.push({ parts, entries: view.items.slice(from) });
  }

  function field(value, page, drawing) {
    const row = element("div", "field");
    if (view.editor) {
      view.editor.field(row, value, page);
    } else {
      row.append(element("span", "label", value.label || "(no label)"), element("span", "text", value.text));
      row.append(element("span", "score", percent(value.score)));
    }
    if (value.note) row.append(element("span", "note", value.note));
    const entry = item(row, value, page, drawing, [value.label]);
    view.editor?.made(entry);
    return row;
  }

  const isNumber = (text) => /^[\s\d.,%$€£¥+()-]*\d[\s\d.,%$€£¥+()-]*$/.test(text);

  function table(value, page, drawing) {
    const frame = element("div", "table");
    const grid = element("table");
    if (value.header.length) {
      const head = element("tr");
      for (const name of value.header) head.append(element("th", "", name));
      if (view.editor) view.editor.head(head, value);
      grid.append(element("thead"));
      grid.tHead.append(head);
    }
    const places = new Map();
    for (const cell of value.cells) {
      const place = `${cell.row} ${cell.column}`;
      places.set(place, [...(places.get(place) || []), cell]);
    }
    const spanned = new Set(value.spanned.map(([row, column]) => `${row} ${column}`));
    const body = element("tbody");
    for (let row = 0; row < value.height; row += 1) {
      const line = element("tr");
      const from = view.items.length;
      for (let column = 0; column < value.width; column += 1) {
        const cells = places.get(`${row} ${column}`) || [];
        if (!cells.length && spanned.has(`${row} ${column}`)) {
          line.append(element("td", "spanned", "·"));
        } else if (!cells.length && !view.editor) {
          line.append(element("td"));
        }
        // Two cells at one place are rare, and neither must be hidden.
        const shown = cells.length || !view.editor || spanned.has(`${row} ${column}`) ? cells : [view.editor.gap(row, column)];
        for (const cell of shown) {
          const place = element("td");
          if (isNumber(cell.text)) place.classList.add("number");
          if (view.editor) view.editor.cell(place, cell, value, page);
          else place.textContent = cell.text;
          place.title = percent(cell.score);
          const entry = item(place, cell, page, drawing, [value.header[column] || value.label]);
          entry.line = line;
          entry.table = value;
          view.editor?.made(entry);
          line.append(place);
        }
      }
      view.editor?.line(line, row, value, page);
      body.append(line);
      group([line], from);
    }
    grid.append(body);
    frame.append(grid);
    return frame;
  }

  function sheet(value, number, count) {
    const figure = element("figure", "sheet");
    const image = element("img");
    image.alt = `Page ${value.number}`;
    if (value.width) image.width = value.width;
    if (value.height) image.height = value.height;
    const drawing = shape("svg", { "aria-hidden": "true", preserveAspectRatio: "none" });
    const size = () => {
      value.width ||= Math.round(image.naturalWidth / 2);
      value.height ||= Math.round(image.naturalHeight / 2);
      drawing.setAttribute("viewBox", `0 0 ${value.width || 1} ${value.height || 1}`);
    };
    image.addEventListener("load", size);
    image.addEventListener("error", () => figure.classList.add("missing"));
    size();
    image.src = value.image;
    figure.append(image, drawing, element("figcaption", "", `${value.number} / ${count}`));
    pages.append(figure);
    return { figure, drawing, page: value };
  }

  function listed(value, drawing) {
    const heading = element("h2", "", `Page ${value.number}`);
    const from = view.items.length;
    list.append(heading);
    if (value.error) list.append(element("p", "problem", value.error));
    const cells = shape("g", {});
    const fields = shape("g", {});
    drawing.replaceChildren(cells, fields);
    for (const each of value.fields) list.append(field(each, value, fields));
    for (const each of value.tables) {
      const first = view.items.length;
      const title = element("h3", "", each.label || "table");
      const copying = element("button", "quiet", "Copy table");
      copying.type = "button";
      copying.addEventListener("click", () => copy(rowsOf(each).map((row) => row.join("\t")).join("\n"), copying));
      title.append(copying);
      const parts = [title, table(each, value, cells)];
      const below = view.editor?.below(each, value);
      if (below) parts.push(below);
      list.append(...parts);
      group(parts, first);
    }
    if (!value.error && view.items.length > from) group([heading], from);
    if (!value.fields.length && !value.tables.length) list.append(element("p", "empty", "Nothing was read here."));
    view.editor?.end(value);
  }

  function load(file) {
    view.file = file;
    pages.replaceChildren();
    sheets = file.pages.map((page, number) => sheet(page, number, file.pages.length));
    zoomTo(1);
    pages.scrollTop = list.scrollTop = 0;
    view.chosen = null;
    draw();
  }

  // The same pages with other values; their images stay.
  function update(file) {
    file.pages.forEach((page, number) => {
      page.width ||= sheets[number].page.width;
      page.height ||= sheets[number].page.height;
      sheets[number].page = page;
    });
    view.file = file;
    draw();
  }

  // The list and the boxes again, as the file is now.
  function draw() {
    const top = list.scrollTop;
    view.items = [];
    groups = [];
    view.chosen = null;
    list.replaceChildren();
    view.file.pages.forEach((page, number) => listed(page, sheets[number].drawing));
    filter();
    list.scrollTop = top;
    if (!by("json").hidden) json();
  }

  function filter() {
    const limit = Number(confidence.value) / 100;
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    by("limit").textContent = `${confidence.value}%`;
    let shown = 0;
    for (const entry of view.items) {
      const score = entry.value.score ?? null;
      const sure = score !== null && limit < 1 && score > limit;
      entry.hidden = sure || !words.every((word) => entry.search.includes(word));
      entry.row.classList.toggle(entry.line ? "faint" : "out", entry.hidden);
      entry.box?.classList.toggle("out", entry.hidden);
      shown += entry.hidden ? 0 : 1;
    }
    for (const { parts, entries } of groups) {
      const gone = entries.length > 0 && entries.every((entry) => entry.hidden);
      for (const part of parts) part.classList.toggle("out", gone);
    }
    by("count").textContent = `${shown} of ${view.items.length} shown`;
    if (view.chosen?.hidden) choose(null);
  }

  function step(by) {
    let index = view.chosen ? view.chosen.index + by : by > 0 ? 0 : view.items.length - 1;
    while (view.items[index]?.hidden) index += by;
    if (view.items[index]) choose(view.items[index]);
  }

  function stepLine(by) {
    const { chosen, items } = view;
    if (!chosen?.line) return step(by);
    const column = chosen.row.cellIndex;
    for (let index = chosen.index + by; items[index]; index += by) {
      const entry = items[index];
      if (entry.line === chosen.line || entry.hidden) continue;
      if (!entry.line || entry.line.parentNode !== chosen.line.parentNode || entry.row.cellIndex === column) return choose(entry);
    }
  }

  function back() {
    if (view.zoom > 1.01) return zoom(false);
    if (view.chosen) return choose(null);
    search.value = "";
    confidence.value = 100;
    filter();
  }

  // The results as data: what a person would copy into a program.
  function rowsOf(value) {
    const rows = Array.from({ length: value.height }, () => Array(value.width).fill(""));
    for (const cell of value.cells) rows[cell.row][cell.column] = [rows[cell.row][cell.column], cell.text].filter(Boolean).join(" ");
    return rows;
  }

  function plain() {
    const { file } = view;
    const box = (value) => value.box && { left: value.box[0], top: value.box[1], width: value.box[2], height: value.box[3] };
    const only = (value) => ({ label: value.label, text: value.text, score: value.score ?? null, box: box(value) });
    return {
      file: file.title,
      approved: Boolean(file.moderated),
      pages: file.pages.map((page) => ({
        page: page.number,
        fields: page.fields.map(only),
        tables: page.tables.map((each) => ({ label: each.label, header: each.header, rows: rowsOf(each) })),
      })),
    };
  }

  function json() {
    const text = element("pre", "", JSON.stringify(plain(), null, 2));
    by("json").replaceChildren(text);
  }

  function tab(name) {
    for (const one of ["list", "json"]) {
      by(one).hidden = one !== name;
      by(`tab-${one}`).setAttribute("aria-selected", String(one === name));
      by(`tab-${one}`).tabIndex = one === name ? 0 : -1;
    }
    by("panel").classList.toggle("json", name === "json");
    if (name === "json") json();
    by("copy").disabled = name === "list" && !view.chosen;
    by("copy").title = name === "json" ? "Copy the JSON" : "Copy the chosen value (c)";
  }

  async function copy(text, button) {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = element("textarea", "sr", text);
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    const said = button.textContent;
    if (button.dataset.busy) return;
    button.dataset.busy = "1";
    button.textContent = done ? "Copied" : "Failed";
    setTimeout(() => {
      button.textContent = said;
      delete button.dataset.busy;
    }, 1200);
  }

  function copyChosen() {
    if (by("json").hidden) {
      if (view.chosen) copy(view.chosen.value.text, by("copy"));
    } else {
      copy(by("json").textContent, by("copy"));
    }
  }

  const keys = {
    ArrowDown: () => stepLine(1),
    ArrowUp: () => stepLine(-1),
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    Enter: () => (view.chosen ? zoom(view.zoom <= 1.01) : step(1)),
    "/": () => search.focus(),
    "+": () => zoomTo(view.zoom * 1.25),
    "=": () => zoomTo(view.zoom * 1.25),
    "-": () => zoomTo(view.zoom / 1.25),
    0: () => zoomTo(1),
    c: copyChosen,
    Escape: back,
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    if (target === search && key !== "Escape" && key !== "ArrowDown" && key !== "Enter") return;
    if (target === confidence && key !== "Escape" && key !== "Enter") return;
    if (target.closest("[role=tab]") && (key === "ArrowLeft" || key === "ArrowRight")) {
      tab(by("json").hidden ? "json" : "list");
      return by(by("json").hidden ? "tab-list" : "tab-json").focus();
    }
    if (target.closest("button") && (key === "Enter" || key === " ")) return;
    if (target.closest("#json, textarea, dialog, #queue, input.label") || !keys[key]) return;
    event.preventDefault();
    if (target === search || target === confidence) {
      target.blur();
      if (key !== "Escape") step(1);
      else if (search.value) back();
      return;
    }
    keys[key]();
  });

  function title(file) {
    document.querySelector("h1").textContent = file.title;
    const state = by("state");
    state.textContent = file.error || (file.moderated ? "Approved" : "");
    state.classList.toggle("bad", Boolean(file.error));
    state.classList.toggle("good", !file.error && Boolean(file.moderated));
  }

  search.addEventListener("input", filter);
  confidence.addEventListener("input", filter);
  by("larger").addEventListener("click", () => zoomTo(view.zoom * 1.25));
  by("smaller").addEventListener("click", () => zoomTo(view.zoom / 1.25));
  by("fit").addEventListener("click", () => zoomTo(1));
  by("tab-list").addEventListener("click", () => tab("list"));
  by("tab-json").addEventListener("click", () => tab("json"));
  by("copy").addEventListener("click", copyChosen);
  tab("list");

  const data = by("data");
  if (data) {
    const file = JSON.parse(data.textContent);
    title(file);
    load(file);
  }
  return Object.assign(view, { by, element, shape, percent, place, remember, choose, reveal, zoomTo, load, update, draw, filter, step, stepLine, back, title, isNumber, rowsOf, sheetOf: (page) => sheets.find((one) => one.page.number === page.number), tab });
})();
