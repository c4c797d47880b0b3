<?php
// A table from HTML: shaded header, every other row shaded, no borders; the core font with accents.
require 'tcpdf/tcpdf.php';
$rows = [
    ['Revisión anual', '1', '180,00', '180,00'],
    ['Filtro de aire', '2', '14,50', '29,00'],
    ['Señal de aviso', '3', '6,00', '18,00'],
    ['Montaje y limpieza', '4', '35,00', '140,00'],
];
$body = '';
foreach ($rows as $number => $row) {
    $color = $number % 2 ? '#ffffff' : '#eeeeee';
    $cells = '';
    foreach ($row as $place => $text) {
        $cells .= sprintf('<td width="%d%%" align="%s">%s</td>', [46, 14, 20, 20][$place], $place ? 'right' : 'left', $text);
    }
    $body .= "<tr bgcolor=\"$color\">$cells</tr>";
}
$pdf = new TCPDF('P', 'mm', 'A4');
$pdf->setPrintHeader(false);
$pdf->setPrintFooter(false);
$pdf->SetFont('helvetica', '', 11);
$pdf->setFontSubsetting(true);
$pdf->AddPage();
$pdf->writeHTML(
    '<h1>Factura F-0612</h1><p>Fecha: 12 de mayo de 2026<br>Vencimiento: 11 de junio de 2026</p>'
    . '<table cellpadding="4"><tr bgcolor="#cccccc"><td width="46%"><b>Descripción</b></td>'
    . '<td width="14%" align="right"><b>Unidades</b></td><td width="20%" align="right"><b>Precio</b></td>'
    . '<td width="20%" align="right"><b>Importe</b></td></tr>' . $body . '</table>'
    . '<p align="right">Total: 367,00 EUR</p>'
);
$pdf->Output($argv[1], 'F');
