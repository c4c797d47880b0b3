// Two pages of A5 in landscape; the second one has two columns of prose.
const PDFDocument = require('pdfkit');
const { createWriteStream } = require('node:fs');

const paper = new PDFDocument({ size: 'A5', layout: 'landscape', margin: 40, info: { CreationDate: new Date(0) } });
paper.pipe(createWriteStream(process.argv[2]));
paper.font('Times-Bold').fontSize(18).text('Packing list');
paper.font('Times-Roman').fontSize(11).moveDown(0.5);
paper.text('Case number: 7 of 12').text('Gross weight: 84 kg').moveDown();
const rows = [
  ['Content', 'Pieces', 'Net kg'],
  ['Valve body', '6', '42.0'],
  ['Valve seat, ground', '6', '9.5'],
  ['Flange DN 80', '12', '25.5'],
];
const top = paper.y;
rows.forEach((row, line) => {
  paper.font(line ? 'Times-Roman' : 'Times-Bold');
  row.forEach((text, column) => paper.text(text, 40 + [0, 260, 360][column], top + 18 * line, { lineBreak: false }));
  paper.moveTo(40, top + 18 * line + 14).lineTo(480, top + 18 * line + 14).lineWidth(0.5).stroke();
});
paper.addPage();
paper.font('Times-Bold').fontSize(12).text('Handling', 40, 40).moveDown(0.5);
paper.font('Times-Roman').fontSize(10).text(
  'START The case is lifted with straps at the marked places only, never with a fork below its floor. It is kept dry '
  + 'and stands on the side that bears the arrows. Nothing is stacked on top of it. Before it is opened, its seals are '
  + 'compared with the numbers of this list; a case whose seals are broken is refused, and the carrier notes it on the '
  + 'freight bill. The lid is opened first and then the long sides, from the top down. HALF The valve bodies stand in '
  + 'pairs, seats lie between them in oiled paper, and flanges lie at the bottom. The oiled paper stays on until the parts '
  + 'are fitted. What is missing is reported within three days, with the number of the case. The empty case is folded and goes '
  + 'back with the next delivery. FINISH',
  { columns: 2, columnGap: 30, height: 150, align: 'justify' },
);
paper.end();
