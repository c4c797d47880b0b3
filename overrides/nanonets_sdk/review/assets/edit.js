"use strict";
// The served page: typing, boxes, rows, undoing, saving, approving. What it shows is `view`'s.
(() => {
  const { by, element, shape, percent } = view;
  const list = by("list");
  const pages = by("pages");
  const files = new Map();
  const accepted = new Set();
  const doubt = new Map();
  const problems = new Map();
  let general = [];
  let queue = { files: [], labels: [], below: 0.9, checks: false };
  let now = null;
  let made = 0;
  let busy = false;
  let drawing = false;
  let drag = null;

  // The server.

  async function ask(path, body) {
    const options = body === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    };
    let response;
    try {
      response = await fetch(path, options);
    } catch {
      throw new Error("The review has ended: its server does not answer. Your edits are still on this page; start nanonets review again, and copy them from JSON.");
    }
    if (response.status === 204) return null;
    const isJson = (response.headers.get("content-type") || "").includes("json");
    const said = isJson ? await response.json() : { error: await response.text() };
    if (response.ok) return said;
    throw Object.assign(new Error(said.error || `The server answered ${response.status}.`), { status: response.status, file: said.file });
  }

  const at = (id, what = "") => `files/${encodeURIComponent(id)}${what}`;

  let closing = 0;
  function notice(text, bad = false) {
    clearTimeout(closing);
    by("notice").hidden = !text;
    by("notice").classList.toggle("bad", bad);
    by("notice").firstElementChild.textContent = text;
    if (text && !bad) closing = setTimeout(() => notice(""), 6000);
  }

  // Files: each keeps its own edits while another one is open.

  function unique(seen, name) {
    let uid = name;
    for (let number = 2; seen.has(uid); number += 1) uid = `${name} ${number}`;
    seen.add(uid);
    return uid;
  }

  function named(file) {
    const seen = new Set();
    for (const page of file.pages) {
      page.image = at(file.id, `/pages/${page.number}`);
      for (const value of [...page.fields, ...page.tables]) {
        value.uid = unique(seen, `${page.number} ${value.id || `#${value.key}`}`);
        for (const cell of value.cells || []) cell.uid = unique(seen, `${value.uid} ${cell.row} ${cell.column}`);
        for (const one of value.cells || [value]) {
          const known = `${file.id} ${one.uid}`;
          const low = one.score !== null && one.score < queue.below;
          // Saving marks values as moderated, also those that nobody has looked at yet.
          if (!doubt.has(known)) doubt.set(known, !one.checked && (low || Boolean(one.note)));
        }
      }
    }
    return file;
  }

  // What is approved or still being processed cannot be corrected.
  const locked = () => now.base.moderated || now.base.status === "pending";
  const known = (value) => `${now.id} ${value.uid}`;
  const isDoubtful = (value) => !now.base.moderated && (Boolean(doubt.get(known(value))) || problems.has(value.uid));
  const isOpen = (value) => isDoubtful(value) && !accepted.has(known(value));

  function values(file) {
    return file.pages.flatMap((page) => [...page.fields, ...page.tables.flatMap((table) => table.cells)]);
  }

  function adopt(record, edited) {
    const base = named(record);
    const isSame = now?.id === base.id && view.file?.pages.length === base.pages.length;
    now = { id: base.id, base, undo: [], redo: [] };
    files.set(now.id, now);
    originals();
    const file = structuredClone(base);
    if (isSame) view.update(file);
    else view.load(file);
    if (edited) {
      now.undo.push(file);
      view.update(edited);
    }
    changed();
  }

  function originals() {
    now.original = new Map(values(now.base).map((value) => [value.uid, value]));
  }

  async function open(id) {
    commit();
    if (now) now.file = view.file;
    setDrawing(false);
    notice("");
    const kept = files.get(id);
    problems.clear();
    general = [];
    if (kept?.undo.length) {
      now = kept;
      view.load(kept.file);
      changed();
    } else {
      now = null;
      await doing("Loading…", async () => adopt(await ask(at(id))));
    }
    closeQueue();
    start();
  }

  function start() {
    const first = view.items.find((entry) => isOpen(entry.value)) || view.items[0];
    if (first) view.choose(first);
  }

  // Changes and how they are undone.

  function change(act, focus) {
    if (!now || locked()) return;
    now.undo.push(structuredClone(view.file));
    now.redo = [];
    act();
    if (focus) redraw(focus);
    changed();
  }

  function redraw(focus) {
    view.draw();
    const wanted = typeof focus === "string" ? view.items.find((entry) => entry.value.uid === focus) : null;
    if (wanted) view.choose(wanted);
  }

  function travel(from, to) {
    commit();
    if (!now?.[from].length) return;
    const uid = view.chosen?.value.uid;
    now[to].push(structuredClone(view.file));
    view.update(now[from].pop());
    changed();
    const there = view.items.find((entry) => entry.value.uid === uid);
    if (there) view.choose(there);
  }

  function edits(state) {
    const pairs = (file) => new Map(values(file).map((value) => [value.uid, value]));
    const [before, after] = [pairs(state.base), pairs(state === now ? view.file : state.file)];
    let count = 0;
    for (const [uid, value] of after) {
      const was = before.get(uid);
      if (was ? merging.content(was) !== merging.content(value) : value.label !== undefined || value.text) count += 1;
    }
    for (const uid of before.keys()) count += after.has(uid) ? 0 : 1;
    return count;
  }

  function boxOf(value, kind) {
    const cells = (value.cells || []).map(({ key, row, column, text, box }) => ({
      key, row, column, text, box, label: (key === null && value.header[column]) || "",
    }));
    return { key: value.key, kind, label: value.label, text: value.text ?? "", box: value.box, cells };
  }

  function pageOf(page) {
    const boxes = [...page.fields.map((one) => boxOf(one, "field")), ...page.tables.map((one) => boxOf(one, "table"))];
    return { number: page.number, version: page.version, boxes };
  }

  function payload(all) {
    const before = new Map(now.base.pages.map((page) => [page.number, JSON.stringify(pageOf(page))]));
    const sent = view.file.pages.map(pageOf);
    return { pages: sent.filter((page) => all || JSON.stringify(page) !== before.get(page.number)) };
  }

  function changed() {
    view.items.forEach(mark);
    status();
    report();
    check();
  }

  function status() {
    const file = view.file;
    const count = edits(now);
    const left = values(file).filter(isOpen).length;
    view.title(file);
    document.title = `${count ? "• " : ""}${file.title} – Review`;
    const parts = [left ? `${left} doubtful left` : "nothing doubtful left"];
    if (count) parts.push(`${count} unsaved`);
    by("left").textContent = busy || (file.moderated && !count ? "" : parts.join(" · "));
    by("undo").disabled = busy || !now.undo.length;
    by("redo").disabled = busy || !now.redo.length;
    by("save").disabled = Boolean(busy) || !count || locked();
    by("approve").disabled = Boolean(busy) || file.status === "pending";
    by("approve").textContent = file.moderated ? "Take approval back" : "Approve";
    by("approve").classList.toggle("primary", !file.moderated);
    for (const id of ["add", "draw"]) by(id).disabled = locked();
    if (file.status === "pending") by("state").textContent = "Still being processed";
    showQueue();
  }

  let reporting = 0;
  function report() {
    clearTimeout(reporting);
    const { id } = now;
    const count = edits(now);
    reporting = setTimeout(() => ask(at(id, "/unsaved"), { edits: count }).catch((error) => notice(error.message, true)), 120);
  }

  let checking = 0;
  function check() {
    clearTimeout(checking);
    if (queue.checks) checking = setTimeout(() => checkNow().catch((error) => notice(error.message, true)), 200);
  }

  async function checkNow() {
    const { id } = now;
    const said = (await ask(at(id, "/check"), payload(true))).problems;
    if (now?.id !== id) return;
    problems.clear();
    general = [];
    for (const problem of said) {
      const value = problem.at && valueAt(problem.at);
      if (value) problems.set(value.uid, problem.message);
      else general.push(problem);
    }
    view.items.forEach(mark);
    showProblems();
    status();
  }

  function valueAt({ page, key, label, text, row, column }) {
    const there = view.file.pages.find((one) => one.number === page);
    const boxes = there ? [...there.fields, ...there.tables] : [];
    const box = key === null
      ? boxes.find((one) => one.key === null && one.label === label && one.text === text)
      : boxes.find((one) => one.key === key);
    return box?.cells ? box.cells.find((cell) => cell.row === row && cell.column === column) : box;
  }

  function showProblems() {
    list.querySelector(".problems")?.remove();
    if (!general.length) return;
    const part = element("section", "problems");
    const rows = element("ul");
    for (const one of general) rows.append(element("li", "", `${one.attribute || "The document"}: ${one.message}`));
    part.append(element("h2", "", "Cannot be read yet"), rows);
    list.prepend(part);
  }

  // Values: an element to type in each.

  const lines = (text) => Math.min(Math.max(text.split("\n").length, 1), 8);

  function typing(value, about) {
    const input = element("textarea", "value");
    input.value = value.text;
    input.rows = lines(value.text);
    input.spellcheck = false;
    input.readOnly = locked();
    input.setAttribute("aria-label", about);
    input.addEventListener("input", () => { input.rows = lines(input.value); });
    return input;
  }

  view.editor = {
    field(row, value, page) {
      const label = element("input", "label");
      label.value = value.label;
      label.title = value.label;
      label.placeholder = "Label";
      label.readOnly = locked();
      label.tabIndex = value.key === null ? 0 : -1;
      label.setAttribute("list", "labels");
      label.setAttribute("aria-label", `Label of ${value.text || "the new field"}, page ${page.number}`);
      label.addEventListener("change", () => rename(value, label));
      const remove = element("button", "remove", "×");
      remove.type = "button";
      remove.disabled = locked();
      remove.title = "Remove the field (Alt+X)";
      remove.setAttribute("aria-label", `Remove ${value.label || "the new field"}, page ${page.number}`);
      remove.addEventListener("click", (event) => {
        event.stopPropagation();
        removeField(page, value);
      });
      row.append(label, typing(value, `${value.label || "New field"}, page ${page.number}`), element("span", "score"), remove);
    },
    head(row) {
      const end = element("th", "end");
      end.append(element("span", "sr", "Remove"));
      row.append(end);
    },
    cell(place, cell, table, page) {
      place.append(typing(cell, `${table.header[cell.column] || `Column ${cell.column + 1}`}, row ${cell.row + 1}, page ${page.number}`));
    },
    gap: (row, column) => ({ key: null, row, column, text: "", score: null, level: "none", box: null, uid: `new ${(made += 1)}`, gap: true }),
    line(line, row, table, page) {
      const end = element("td", "end");
      const remove = element("button", "remove", "×");
      remove.type = "button";
      remove.disabled = locked();
      remove.title = "Remove the row (Alt+X)";
      remove.setAttribute("aria-label", `Remove row ${row + 1}, page ${page.number}`);
      remove.addEventListener("click", (event) => {
        event.stopPropagation();
        removeRow(table, row);
      });
      end.append(remove);
      line.append(end);
    },
    below(table, page) {
      const part = element("div", "below");
      const add = element("button", "quiet", "Add row");
      add.type = "button";
      add.title = "Add a row (Alt+R)";
      add.setAttribute("aria-label", `Add row to ${table.label || "the table"}, page ${page.number}`);
      add.addEventListener("click", () => addRow(table, table.height));
      const remove = element("button", "quiet", "Remove table");
      remove.type = "button";
      remove.setAttribute("aria-label", `Remove table ${table.label}, page ${page.number}`);
      remove.addEventListener("click", () => change(() => { page.tables = page.tables.filter((one) => one !== table); }, true));
      part.append(add, remove);
      if (locked()) for (const one of [add, remove]) one.disabled = true;
      return part;
    },
    end() {
      showProblems();
    },
    made(entry) {
      entry.input = entry.row.querySelector("textarea.value");
      entry.input.addEventListener("focus", () => {
        if (view.chosen !== entry) view.choose(entry, entry.row);
        entry.inside = false;
        entry.input.select();
      });
      entry.input.addEventListener("pointerdown", () => { entry.inside = document.activeElement === entry.input; });
      entry.input.addEventListener("change", () => commit(entry));
      mark(entry);
    },
    chose(entry, before, event) {
      if (before && before !== entry) commit(before);
      handles();
      hint();
      const inside = event?.target.closest?.("input, button") || (entry && entry.row.contains(document.activeElement) && document.activeElement);
      if (entry && !inside) entry.input.focus({ preventScroll: true });
    },
  };

  function mark(entry) {
    const { value, row } = entry;
    const was = now.original.get(value.uid);
    const isEdited = was ? merging.content(was) !== merging.content(value) : !value.gap;
    const message = problems.get(value.uid);
    row.classList.toggle("doubtful", isDoubtful(value));
    for (const part of [row, entry.box]) part?.classList.toggle("accepted", accepted.has(known(value)));
    row.classList.toggle("edited", isEdited);
    row.classList.toggle("invalid", Boolean(message));
    if (message) entry.input?.setAttribute("aria-invalid", "true");
    else entry.input?.removeAttribute("aria-invalid");
    if (entry.cell) {
      row.classList.toggle("number", view.isNumber(value.text));
      row.title = [message, was && was.text !== value.text ? `was ${was.text || "empty"}` : "", percent(value.score)].filter(Boolean).join(" · ");
      return;
    }
    row.querySelector(".score").textContent = was ? (was.text === value.text ? percent(value.score) : "edited") : "new";
    extra(row, "was", was && was.text !== value.text ? `was ${was.text || "empty"}` : "");
    extra(row, "wrong", message || "");
  }

  function extra(row, kind, text) {
    let part = row.querySelector(`.${kind}`);
    if (!text) return void part?.remove();
    if (!part) row.append((part = element("span", kind)));
    part.textContent = text;
  }

  // Writes what was typed into the file in memory.
  function commit(entry = view.chosen) {
    if (!entry?.input || !now || entry.input.value === entry.value.text || locked()) return;
    const text = entry.input.value;
    change(() => {
      entry.value.text = text;
      become(entry);
      accepted.add(known(entry.value));
    });
    view.remember(entry);
  }

  // An empty place of a table becomes a cell when something is put there.
  function become(entry) {
    if (!entry.value.gap) return;
    delete entry.value.gap;
    entry.table.cells.push(entry.value);
  }

  function accept(entry) {
    commit(entry);
    accepted.add(known(entry.value));
    mark(entry);
    status();
    const next = doubtful(entry, 1) || view.items.find((one) => !one.hidden && isOpen(one.value));
    if (next) view.choose(next);
    else by("approve").focus();
  }

  function doubtful(from, by) {
    const index = from ? from.index : by > 0 ? -1 : view.items.length;
    for (let at = index + by; view.items[at]; at += by) {
      if (!view.items[at].hidden && isOpen(view.items[at].value)) return view.items[at];
    }
    return null;
  }

  function rename(value, input) {
    const label = input.value.trim();
    if (!label) input.value = value.label;
    else if (label !== value.label) change(() => { value.label = label; });
  }

  // Fields and rows.

  function currentPage() {
    if (view.chosen) return view.chosen.page;
    const top = pages.getBoundingClientRect().top + 60;
    return view.file.pages.find((page) => view.sheetOf(page).figure.getBoundingClientRect().bottom > top) || view.file.pages[0];
  }

  function addField(page, box = null) {
    if (!page) return;
    const uid = `new ${(made += 1)}`;
    const value = { key: null, id: "", uid, label: "", text: "", score: null, level: "none", box, note: "", checked: false };
    change(() => page.fields.push(value), uid);
    view.items.find((entry) => entry.value.uid === uid)?.row.querySelector("input.label").focus();
  }

  function removeField(page, value) {
    const index = view.items.findIndex((entry) => entry.value === value);
    change(() => { page.fields = page.fields.filter((one) => one !== value); }, true);
    const next = view.items[Math.min(index, view.items.length - 1)];
    if (next) view.choose(next);
  }

  function shifted(table, from, by) {
    for (const cell of table.cells) if (cell.row >= from) cell.row += by;
    table.spanned = table.spanned.map(([row, column]) => [row >= from ? row + by : row, column]);
    table.height += by;
  }

  function addRow(table, row) {
    const first = `new ${made + 1}`;
    change(() => {
      shifted(table, row, 1);
      for (let column = 0; column < table.width; column += 1) {
        table.cells.push({ key: null, row, column, text: "", score: null, level: "none", box: null, uid: `new ${(made += 1)}` });
      }
    }, first);
  }

  function removeRow(table, row) {
    change(() => {
      table.cells = table.cells.filter((cell) => cell.row !== row);
      table.spanned = table.spanned.filter(([at]) => at !== row);
      shifted(table, row + 1, -1);
    }, true);
    const near = view.items.find((entry) => entry.table === table && entry.value.row === Math.min(row, table.height - 1));
    if (near) view.choose(near);
  }

  function removeChosen() {
    const { chosen } = view;
    if (chosen?.table) removeRow(chosen.table, chosen.value.row);
    else if (chosen) removeField(chosen.page, chosen.value);
  }

  // Boxes: drawn, moved and resized, by mouse, finger or keys.

  function setDrawing(on) {
    drawing = Boolean(on && now) && !locked();
    by("draw").setAttribute("aria-pressed", String(drawing));
    pages.classList.toggle("drawing", drawing);
    hint();
  }

  function hint() {
    const what = view.chosen ? `the box of ${view.chosen.about[0] || "the value"}` : "a new field";
    by("hint").textContent = drawing ? `Drag on the page to draw ${what}${view.chosen ? ", or use the arrows" : ""}. Esc ends.` : "";
  }

  function handles() {
    pages.querySelectorAll("rect.handle").forEach((one) => one.remove());
    const entry = view.chosen;
    if (!entry?.box || !now || locked()) return;
    const svg = entry.box.ownerSVGElement;
    const unit = (svg.viewBox.baseVal.width || 1) / (svg.getBoundingClientRect().width || 1);
    const [left, top, width, height] = entry.value.box;
    const size = 6 * unit;
    for (const [name, x, y] of [["nw", left, top], ["ne", left + width, top], ["sw", left, top + height], ["se", left + width, top + height]]) {
      svg.append(shape("rect", { class: `handle ${name}`, x: x - size / 2, y: y - size / 2, width: size, height: size }));
    }
  }

  function pointIn(svg, event) {
    const frame = svg.getBoundingClientRect();
    const { width, height } = svg.viewBox.baseVal;
    const inside = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
    return [inside(((event.clientX - frame.left) / frame.width) * width, width), inside(((event.clientY - frame.top) / frame.height) * height, height)];
  }

  const spanning = ([x1, y1], [x2, y2]) => [Math.min(x1, x2), Math.min(y1, y2), Math.max(Math.abs(x2 - x1), 1), Math.max(Math.abs(y2 - y1), 1)];

  pages.addEventListener("pointerdown", (event) => {
    const svg = event.target.closest?.("svg");
    if (!svg || event.button || !now || locked()) return;
    const entry = view.chosen;
    const from = pointIn(svg, event);
    const page = view.file.pages.find((one) => view.sheetOf(one).drawing === svg);
    if (drawing) {
      drag = { svg, from, page, kind: "draw" };
    } else if (entry?.box && (event.target === entry.box || event.target.classList.contains("handle"))) {
      const [left, top, width, height] = entry.value.box;
      const name = event.target.classList.contains("handle") ? event.target.classList[1] : "";
      const corner = [name.endsWith("w") ? left + width : left, name.startsWith("n") ? top + height : top];
      drag = { svg, from: name ? corner : from, page, kind: name ? "draw" : "move", start: [left, top, width, height], entry };
    } else {
      return;
    }
    event.preventDefault();
    pages.setPointerCapture(event.pointerId);
    drag.ghost = shape("rect", { class: "none chosen" });
    drag.svg.append(drag.ghost);
  });

  pages.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const to = pointIn(drag.svg, event);
    if (drag.kind === "draw") {
      drag.box = spanning(drag.from, to);
    } else {
      const { width, height } = drag.svg.viewBox.baseVal;
      const [left, top, wide, high] = drag.start;
      const x = Math.min(Math.max(left + to[0] - drag.from[0], 0), width - wide);
      const y = Math.min(Math.max(top + to[1] - drag.from[1], 0), height - high);
      drag.box = [x, y, wide, high];
    }
    ["x", "y", "width", "height"].forEach((name, index) => drag.ghost.setAttribute(name, drag.box[index]));
  });

  for (const name of ["pointerup", "pointercancel"]) {
    pages.addEventListener(name, () => {
      if (!drag) return;
      const { box, ghost, page, entry } = drag;
      ghost.remove();
      drag = null;
      if (name === "pointercancel" || !box || box[2] * box[3] < 9) return;
      const target = entry || view.chosen;
      if (!drawing || target) place(target, page, box);
      else addField(page, box);
      setDrawing(false);
    });
  }

  function place(entry, page, box) {
    if (entry.page !== page) return notice(`${entry.about[0] || "The value"} is on page ${entry.page.number}; draw its box there.`, true);
    if (JSON.stringify(entry.value.box) === JSON.stringify(box)) return;
    change(() => {
      entry.value.box = box;
      become(entry);
    });
    view.place(entry);
    handles();
  }

  function nudge(event) {
    const entry = view.chosen;
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!entry || !by) return false;
    const { width, height } = view.sheetOf(entry.page).drawing.viewBox.baseVal;
    const now = entry.value.box || [Math.round(width * 0.4), Math.round(height * 0.45), Math.round(width * 0.2), Math.round(height * 0.025)];
    const unit = Math.max(Math.round(width / 300), 1);
    let [left, top, wide, high] = now;
    if (event.shiftKey) [wide, high] = [Math.max(wide + by[0] * unit, 1), Math.max(high + by[1] * unit, 1)];
    else [left, top] = [left + by[0] * unit, top + by[1] * unit];
    wide = Math.min(wide, width);
    high = Math.min(high, height);
    place(entry, entry.page, [Math.min(Math.max(left, 0), width - wide), Math.min(Math.max(top, 0), height - high), wide, high]);
    view.reveal(pages, entry.box);
    return true;
  }

  new ResizeObserver(handles).observe(pages);
  view.zoomed = handles;

  // Saving and approving.

  async function doing(what, act) {
    if (busy) return;
    busy = what;
    by("left").textContent = what;
    for (const id of ["save", "approve", "undo", "redo"]) by(id).disabled = true;
    try {
      await act();
    } catch (error) {
      if (error.status === 409 && error.file) await rebase(error.file, error.message);
      else notice(error.message, true);
    } finally {
      busy = false;
      if (now) status();
    }
  }

  function unlabelled() {
    const entry = view.items.find((one) => !one.cell && !one.value.label);
    if (!entry) return false;
    notice("A new field needs a label.", true);
    view.choose(entry);
    entry.row.querySelector("input.label").focus();
    return true;
  }

  async function save() {
    commit();
    if (!now || locked() || unlabelled() || !edits(now)) return;
    await doing("Saving…", async () => {
      adopt(await ask(at(now.id, "/save"), payload(false)));
      notice("Saved.");
    });
    await refresh();
  }

  async function approve() {
    commit();
    if (!now || busy) return;
    if (now.base.moderated) return takeBack();
    if (unlabelled()) return;
    const left = values(view.file).filter(isOpen).length;
    const wrong = problems.size + general.length;
    const doubts = [left && `${left} doubtful value${left > 1 ? "s were" : " was"} not accepted`, wrong && `${wrong} cannot be read as its type`].filter(Boolean);
    if (doubts.length && !(await confirmed("Approve all the same?", `${doubts.join(", and ")}.`, "Approve"))) return;
    let done = false;
    await doing("Approving…", async () => {
      adopt(await ask(at(now.id, "/approve"), payload(true)));
      done = true;
    });
    await refresh();
    if (!done) return;
    const { title } = view.file;
    const next = queue.files.find(waits);
    if (next) await open(next.request_file_id);
    notice(`${title} is approved.${next ? "" : " Nothing else waits here."}`);
    if (!next) by("approve").focus();
  }

  async function takeBack() {
    await doing("Taking the approval back…", async () => {
      await rebase(await ask(at(now.id, "/unapprove"), {}), "");
      notice("The approval is taken back.");
    });
    await refresh();
  }

  function confirmed(title, text, yes) {
    const dialog = by("ask");
    by("ask-title").textContent = title;
    dialog.querySelector("p").textContent = text;
    dialog.querySelector(".yes").textContent = yes;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.querySelector(".yes").focus();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }
  by("ask").querySelector(".yes").addEventListener("click", () => by("ask").close("yes"));
  by("ask").querySelector(".no").addEventListener("click", () => by("ask").close("no"));

  // What the service says now, with the edits of this page on top; a person decides where both changed the same.
  async function rebase(record, said) {
    const theirs = named(record);
    const mine = view.file;
    const merge = merging.merge(now.base, mine, theirs);
    if (said) await decided(merge, said, theirs.moderated);
    else for (const one of merge.conflicts) one.take("mine");
    const merged = merge.finish();
    adopt(theirs, null);
    const result = { ...merged, moderated: theirs.moderated };
    now.undo.push(view.file);
    view.update(result);
    if (!edits(now)) now.undo = [];
    changed();
    start();
  }

  function decided(merge, said, isApproved) {
    const dialog = by("conflict");
    const choices = dialog.querySelector(".choices");
    const done = dialog.querySelector(".done");
    const taken = new Map();
    const extra = isApproved ? " To save your edits, take the approval back first." : "";
    dialog.querySelector(".said").textContent = `${said} Nothing of theirs was written over.${extra}`;
    choices.replaceChildren();
    merge.conflicts.forEach((one, number) => {
      const group = element("fieldset");
      group.append(element("legend", "", `${one.label} (was ${one.was})`));
      for (const side of ["mine", "theirs"]) {
        const label = element("label");
        const radio = element("input");
        Object.assign(radio, { type: "radio", name: `conflict-${number}`, value: side });
        radio.addEventListener("change", () => {
          taken.set(one, side);
          done.disabled = taken.size < merge.conflicts.length;
        });
        label.append(radio, element("span", "", side === "mine" ? "Yours" : "Theirs"), element("span", "", one[side]));
        group.append(label);
      }
      choices.append(group);
    });
    const counts = [merge.theirs && `${merge.theirs} of their changes`, merge.mine && `${merge.mine} of your edits`].filter(Boolean);
    dialog.querySelector(".merged").textContent = counts.length ? `Kept from both sides, without a conflict: ${counts.join(" and ")}.` : "";
    for (const side of ["mine", "theirs"]) {
      dialog.querySelector(`.${side}`).hidden = merge.conflicts.length < 2;
      dialog.querySelector(`.${side}`).onclick = () => choices.querySelectorAll(`input[value=${side}]`).forEach((one) => one.click());
    }
    done.disabled = merge.conflicts.length > 0;
    dialog.showModal();
    (choices.querySelector("input") || done).focus();
    return new Promise((resolve) => {
      done.onclick = () => {
        for (const [one, side] of taken) one.take(side);
        dialog.close();
        resolve();
      };
    });
  }
  // Closing it without a decision would lose one of both.
  by("conflict").addEventListener("cancel", (event) => event.preventDefault());

  // The queue.

  async function refresh() {
    try {
      queue = await ask("queue");
    } catch (error) {
      return notice(error.message, true);
    }
    by("labels").replaceChildren(...[...new Set([...queue.labels, ...(view.file ? view.file.pages.flatMap((page) => page.fields.map((one) => one.label)) : [])])].filter(Boolean).sort().map((label) => Object.assign(element("option"), { value: label })));
    showQueue();
  }

  const waits = (file) => file.status === "open" || file.status === "failure";
  const level = (score) => (score === null ? "none" : score >= 0.9 ? "high" : score >= 0.7 ? "fair" : "low");

  function showQueue() {
    const focused = by("queue").contains(document.activeElement) && document.activeElement.dataset.id;
    const head = element("div", "queue-head", "Files");
    const close = element("button", "quiet", "Close");
    close.type = "button";
    close.addEventListener("click", closeQueue);
    head.append(close);
    by("queue").replaceChildren(head, ...queue.files.map((file) => {
      const row = element("button", `entry ${level(file.lowest)}${waits(file) ? "" : " done"}`);
      row.type = "button";
      row.dataset.id = file.request_file_id;
      const state = files.get(file.request_file_id);
      const isHere = now?.id === file.request_file_id;
      const count = state && (isHere || state.file) && state.undo.length ? edits(state) : 0;
      const about = [`${file.pages} page${file.pages === 1 ? "" : "s"}`];
      if (!waits(file)) about.push(file.status);
      else if (file.doubtful) about.push(`${file.doubtful} doubtful`);
      if (count) about.push(`${count} unsaved`);
      if (isHere) row.setAttribute("aria-current", "true");
      row.append(element("span", "name", file.name), element("span", "score", file.status === "approved" ? "✓" : percent(file.lowest)), element("span", "about", about.join(" · ")));
      row.title = file.name;
      row.addEventListener("click", () => (isHere ? closeQueue() : open(file.request_file_id)));
      return row;
    }));
    if (focused) by("queue").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
    const place = queue.files.findIndex((file) => file.request_file_id === now?.id);
    by("position").textContent = queue.files.length ? `${place + 1}/${queue.files.length}` : "";
  }

  function closeQueue() {
    by("queue").classList.remove("open");
    by("queue-button").setAttribute("aria-expanded", "false");
  }

  function toggleQueue() {
    const isOpen = by("queue").classList.toggle("open");
    by("queue-button").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) (by("queue").querySelector("[aria-current]") || by("queue").querySelector(".entry"))?.focus();
  }

  function neighbour(by) {
    const place = queue.files.findIndex((file) => file.request_file_id === now?.id);
    const file = queue.files[place + by];
    if (file && !busy) open(file.request_file_id);
  }

  // Keys.

  const withAlt = {
    KeyN: () => addField(currentPage()),
    KeyR: () => view.chosen?.table && addRow(view.chosen.table, view.chosen.value.row + 1),
    KeyX: removeChosen,
    KeyB: () => setDrawing(!drawing),
    KeyL: () => view.chosen?.row.querySelector("input.label")?.select(),
    KeyQ: toggleQueue,
    ArrowDown: () => neighbour(1),
    ArrowUp: () => neighbour(-1),
    Equal: () => view.zoomTo(view.zoom * 1.25),
    NumpadAdd: () => view.zoomTo(view.zoom * 1.25),
    Minus: () => view.zoomTo(view.zoom / 1.25),
    NumpadSubtract: () => view.zoomTo(view.zoom / 1.25),
    Digit0: () => view.zoomTo(1),
  };

  function withCtrl(event) {
    const { chosen } = view;
    const isTyping = document.activeElement === chosen?.input && chosen.input.value !== chosen.value.text;
    switch (event.key.toLowerCase()) {
      case "s": return save;
      case "enter": return approve;
      // What is being typed is undone by the browser, letter by letter.
      case "z": return isTyping ? null : event.shiftKey ? () => travel("redo", "undo") : () => travel("undo", "redo");
      case "y": return isTyping ? null : () => travel("redo", "undo");
      default: return null;
    }
  }

  function inValue(event, entry) {
    const { input } = entry;
    const single = !input.value.includes("\n");
    // As in a spreadsheet, the arrows move until a second click, Home, End or F2 goes into the text of a cell.
    if (["Home", "End", "F2"].includes(event.key)) entry.inside = true;
    const isWhole = entry.cell && !entry.inside;
    switch (event.key) {
      case "Enter": return event.shiftKey ? null : () => accept(entry);
      case "Tab": {
        const next = doubtful(entry, event.shiftKey ? -1 : 1);
        return next && (() => view.choose(next));
      }
      case "Escape": return () => {
        if (input.value !== entry.value.text) {
          input.value = entry.value.text;
          input.select();
        } else if (view.zoom > 1.01) {
          view.zoomTo(1);
        }
      };
      case "ArrowDown": return single ? () => view.stepLine(1) : null;
      case "ArrowUp": return single ? () => view.stepLine(-1) : null;
      case "ArrowRight": return isWhole ? () => view.step(1) : null;
      case "ArrowLeft": return isWhole ? () => view.step(-1) : null;
      default: return null;
    }
  }

  function action(event) {
    const active = document.activeElement;
    const isCtrl = event.ctrlKey || event.metaKey;
    if (event.key === "F1") return () => by("help").showModal();
    if (isCtrl && !event.altKey) return withCtrl(event);
    if (event.altKey && !isCtrl) return withAlt[event.code];
    if (isCtrl || event.altKey) return null;
    if (drawing) {
      if (event.key === "Escape" || event.key === "Enter") return () => setDrawing(false);
      if (event.key.startsWith("Arrow") && view.chosen) return () => nudge(event);
    }
    if (event.key === "Escape" && by("queue").classList.contains("open")) return closeQueue;
    if (view.chosen && active === view.chosen.input) return inValue(event, view.chosen);
    if (active?.matches("input.label") && event.key === "Enter") {
      return () => {
        active.dispatchEvent(new Event("change"));
        active.closest(".item").querySelector("textarea.value").focus();
      };
    }
    if (event.key === "Tab" && active === document.body && !event.shiftKey) {
      const next = doubtful(null, 1);
      return next && (() => view.choose(next));
    }
    return null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const act = action(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);

  by("undo").addEventListener("click", () => travel("undo", "redo"));
  by("redo").addEventListener("click", () => travel("redo", "undo"));
  by("save").addEventListener("click", save);
  by("approve").addEventListener("click", approve);
  by("add").addEventListener("click", () => addField(currentPage()));
  by("draw").addEventListener("click", () => setDrawing(!drawing));
  by("queue-button").addEventListener("click", toggleQueue);
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#queue, #queue-button")) closeQueue();
  });
  by("help-button").addEventListener("click", () => by("help").showModal());
  by("help").querySelector(".close").addEventListener("click", () => by("help").close());
  by("notice").querySelector("button").addEventListener("click", () => notice(""));
  addEventListener("beforeunload", (event) => {
    if ([...files.values()].some((state) => state.undo.length && (state === now || state.file) && edits(state))) event.preventDefault();
  });

  (async () => {
    await refresh();
    const first = queue.files.find(waits) || queue.files[0];
    if (first) await open(first.request_file_id);
    else notice("No file waits for review.");
  })();
})();
