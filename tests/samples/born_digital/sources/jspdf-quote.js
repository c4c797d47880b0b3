// The striped table that jsPDF's plug-in draws, below labels and values at both sides of the page.
const { jsPDF } = require('jspdf');
const { autoTable } = require('jspdf-autotable');

const paper = new jsPDF({ unit: 'pt', format: 'letter' });
paper.setCreationDate(new Date(0));
paper.setFileId('0'.repeat(32));
paper.setFontSize(20).text('Quote Q-1907', 40, 60);
paper.setFontSize(10);
paper.text('Customer: Tarnbeck Stores', 40, 90);
paper.text('Date: 2026-05-04', 400, 90);
paper.text('Attention: Purchasing', 40, 106);
paper.text('Valid: 60 days', 400, 106);
autoTable(paper, {
  startY: 130,
  head: [['SKU', 'Item', 'Qty', 'Price']],
  body: [
    ['GL-11', 'Safety glass, 6 mm', '14', '$38.00'],
    ['GL-12', 'Safety glass, 8 mm', '6', '$46.50'],
    ['SE-40', 'Silicone seal', '30', '$2.20'],
    ['CU-01', 'Cutting to size', '20', '$4.00'],
  ],
});
paper.text('Prices do not include delivery.', 40, paper.lastAutoTable.finalY + 24);
paper.save(process.argv[2]);
