// A form that somebody filled in: text fields, one of several lines, a list to choose from, check boxes, radio buttons.
const { PDFDocument, StandardFonts } = require('pdf-lib');
const { writeFileSync } = require('node:fs');

(async () => {
  const paper = await PDFDocument.create();
  const page = paper.addPage([420, 420]);
  page.setFont(await paper.embedFont(StandardFonts.Helvetica));
  const label = (text, y, x = 30, size = 10) => page.drawText(text, { x, y, size });
  const form = paper.getForm();
  label('Goods return', 380, 30, 16);
  [['Order', 340, 'R-20418'], ['Article', 310, 'Floor lamp, brass'], ['Quantity', 280, '2']].forEach(([name, y, value]) => {
    label(name, y);
    const field = form.createTextField(name);
    field.setText(value);
    field.addToPage(page, { x: 110, y: y - 6, width: 220, height: 20 });
    field.setFontSize(11);
  });
  label('Reason', 250);
  const reason = form.createTextField('reason');
  reason.enableMultiline();
  reason.setText('The switch does not work.\nPlease send another one.');
  reason.addToPage(page, { x: 110, y: 210, width: 220, height: 50 });
  reason.setFontSize(10);
  label('Wish', 180);
  const wish = form.createDropdown('wish');
  wish.addOptions(['Refund', 'Replacement']);
  wish.select('Replacement');
  wish.addToPage(page, { x: 110, y: 174, width: 120, height: 20 });
  wish.setFontSize(11);
  [['Unopened', 140, false], ['Damaged', 115, true]].forEach(([name, y, ticked]) => {
    const box = form.createCheckBox(name);
    box.addToPage(page, { x: 30, y: y - 4, width: 14, height: 14 });
    if (ticked) box.check();
    label(name, y, 52);
  });
  const way = form.createRadioGroup('way');
  [['Collect', 140], ['Post', 115]].forEach(([name, y]) => {
    way.addOptionToPage(name, page, { x: 200, y: y - 4, width: 14, height: 14 });
    label(name, y, 222);
  });
  way.select('Post');
  label('Thank you.', 70);
  writeFileSync(process.argv[2], await paper.save());
})();
