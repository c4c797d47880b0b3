# A page of unusual size with a table that has only lines below its rows, and a text that is rotated by 90 degrees.
require 'prawn'
require 'prawn/table'

rows = [
  ['Service', 'Hours', 'Rate', 'Charge'],
  ['Pump overhaul', '5', '64.00', '320.00'],
  ['Seal kit', '1', '48.00', '48.00'],
  ['Call-out', '1', '35.00', '35.00'],
]
Prawn::Document.generate(ARGV[0], page_size: [500, 420], margin: 40) do
  text 'Service ticket ST-209', size: 16, style: :bold
  text 'Machine: PX 300'
  text 'Closed: 17 July 2026'
  move_down 14
  table(rows, width: 400, cell_style: { borders: [:bottom], padding: [5, 6] }) do
    row(0).font_style = :bold
    columns(1..3).align = :right
  end
  move_down 14
  text 'Charge in total: 403.00', align: :right
  draw_text 'Office copy', at: [415, 20], rotate: 90, size: 9
end
