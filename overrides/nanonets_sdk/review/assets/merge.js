"use strict";
// Three states of a file: what the page was given (base), what it made of it (mine), what the service says now (theirs).
// What only one side changed is taken; what both changed differently is a conflict, for the person to decide.
const merging = (() => {
  const text = (value) => JSON.stringify(value);
  const content = (value) => text([value.label, value.text ?? "", value.box]);
  const cellsOf = (table) => table.cells.filter((cell) => cell.key !== null || cell.text);
  const gridOf = (table) => text(cellsOf(table).map((cell) => [cell.row, cell.column, cell.text]).sort());
  const placesOf = (table) => text(cellsOf(table).map((cell) => `${cell.row} ${cell.column}`).sort());
  const said = (value) => (value ? (value.cells ? `${value.height} rows` : value.text || "(empty)") : "(removed)");

  // Pairs each value of the base with that of the service: by id, then by label and text, then by label.
  function pairs(base, theirs) {
    const found = new Map();
    const left = new Set(theirs);
    const rounds = [(value) => value.id, (value) => text([value.label, value.text]), (value) => value.label];
    for (const key of rounds) {
      for (const value of base) {
        if (found.has(value) || !key(value)) continue;
        const other = [...left].find((one) => key(one) === key(value));
        if (other) {
          found.set(value, other);
          left.delete(other);
        }
      }
    }
    return { found, added: [...left] };
  }

  // What the person typed, on the box that the service has now.
  const onto = (theirs, mine) => ({ ...theirs, label: mine.label, text: mine.text, box: mine.box });

  function fields(base, mine, theirs, page, out) {
    const { found, added } = pairs(base, theirs);
    const kept = [];
    for (const was of base) {
      const own = mine.find((value) => value.uid === was.uid);
      const now = found.get(was);
      const ownChanged = !own || content(own) !== content(was);
      const nowChanged = !now || content(now) !== content(was);
      if (!ownChanged) {
        if (nowChanged) out.theirs += 1;
        if (now) kept.push(now);
      } else if (!nowChanged || (own && now && content(own) === content(now)) || (!own && !now)) {
        if (!nowChanged) out.mine += 1;
        if (own && now) kept.push(onto(now, own));
      } else {
        const merged = own && (now ? onto(now, own) : { ...own, key: null, id: "" });
        const slot = { value: null };
        kept.push(slot);
        out.conflicts.push({
          label: `${was.label || "(no label)"}, page ${page.number}`,
          was: said(was), mine: said(own), theirs: said(now),
          take: (side) => { slot.value = side === "mine" ? merged : now; },
        });
      }
    }
    for (const value of added) kept.push(value);
    out.theirs += added.length;
    for (const value of mine.filter((one) => one.key === null)) {
      if (added.some((one) => content(one) === content(value))) continue;
      kept.push(value);
      out.mine += 1;
    }
    return () => kept.map((one) => ("uid" in one ? one : one.value)).filter(Boolean);
  }

  // My rows, with the service's cells wherever it has one at the same place.
  function transplanted(mine, theirs) {
    const there = new Map(theirs.cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
    const cells = mine.cells.map((cell) => ({ ...cell, key: there.get(`${cell.row} ${cell.column}`)?.key ?? null }));
    return { ...theirs, label: mine.label, box: mine.box, cells, height: mine.height, width: mine.width, spanned: mine.spanned };
  }

  // My table again, after somebody else removed it.
  const asNew = (own) => ({ ...own, key: null, id: "", cells: own.cells.map((cell) => ({ ...cell, key: null })) });

  function cells(was, own, now, page, out) {
    const at = (table) => new Map(table.cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
    const [before, ours] = [at(was), at(own)];
    for (const cell of now.cells) {
      const place = `${cell.row} ${cell.column}`;
      const [old, typed] = [before.get(place), ours.get(place)];
      if (!old || !typed || typed.text === old.text || typed.text === cell.text) {
        if (old && cell.text !== old.text && typed?.text !== cell.text) out.theirs += 1;
        continue;
      }
      if (cell.text === old.text) {
        cell.text = typed.text;
        out.mine += 1;
        continue;
      }
      out.conflicts.push({
        label: `${was.header[cell.column] || was.label || "table"}, row ${cell.row + 1}, page ${page.number}`,
        was: said(old), mine: said(typed), theirs: said(cell),
        take: (side) => { if (side === "mine") cell.text = typed.text; },
      });
    }
    return now;
  }

  function tables(base, mine, theirs, page, out) {
    const { found, added } = pairs(base, theirs);
    const slots = base.map((was) => {
      const own = mine.find((value) => value.uid === was.uid);
      const now = found.get(was);
      const all = (table) => table && gridOf(table) + content(table);
      const [ownChanged, nowChanged] = [all(own) !== all(was), all(now) !== all(was)];
      if (!ownChanged) {
        out.theirs += nowChanged ? 1 : 0;
        return { value: now };
      }
      if (!nowChanged) {
        out.mine += 1;
        return { value: own && { ...own, id: now.id } };
      }
      if (all(own) === all(now)) return { value: now };
      if (own && now && placesOf(own) === placesOf(was) && placesOf(now) === placesOf(was)) {
        return { value: cells(was, own, now, page, out) };
      }
      const slot = { value: null };
      out.conflicts.push({
        label: `${was.label || "table"}, page ${page.number}`,
        was: said(was), mine: said(own), theirs: said(now),
        take: (side) => { slot.value = side === "theirs" ? now : own && (now ? transplanted(own, now) : asNew(own)); },
      });
      return slot;
    });
    out.theirs += added.length;
    return () => [...slots.map((slot) => slot.value).filter(Boolean), ...added];
  }

  // Returns the conflicts, how much each side changed, and `finish`, which makes the merged file.
  function merge(base, mine, theirs) {
    const out = { conflicts: [], mine: 0, theirs: 0 };
    const merged = structuredClone(theirs);
    const finishing = merged.pages.map((page) => {
      const was = base.pages.find((one) => one.number === page.number) || { fields: [], tables: [] };
      const own = mine.pages.find((one) => one.number === page.number) || was;
      const parts = [
        fields(was.fields, own.fields, page.fields, page, out), tables(was.tables, own.tables, page.tables, page, out),
      ];
      return () => { [page.fields, page.tables] = parts.map((part) => part()); };
    });
    return {
      ...out,
      finish() {
        finishing.forEach((each) => each());
        return merged;
      },
    };
  }

  return { merge, content, gridOf };
})();
