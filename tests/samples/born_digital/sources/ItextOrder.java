import com.lowagie.text.*;
import com.lowagie.text.pdf.*;
import java.awt.Color;
import java.io.FileOutputStream;

/** A table with grey header and all borders over a page of A4, in WinAnsi with accents. */
class ItextOrder {
    public static void main(String[] arguments) throws Exception {
        Document document = new Document(PageSize.A4);
        PdfWriter.getInstance(document, new FileOutputStream(arguments[0]));
        document.open();
        Font bold = FontFactory.getFont(FontFactory.HELVETICA_BOLD, 10);
        Font plain = FontFactory.getFont(FontFactory.HELVETICA, 10);
        document.add(new Paragraph("Bestellung 88-214", FontFactory.getFont(FontFactory.HELVETICA_BOLD, 16)));
        document.add(new Paragraph("Lieferanschrift: Uferstraße 9, Süderhafen", plain));
        document.add(new Paragraph("Liefertermin: 02.11.2026", plain));
        PdfPTable table = new PdfPTable(new float[] {1, 5, 2, 2});
        table.setSpacingBefore(12);
        table.setWidthPercentage(100);
        String[][] rows = {
            {"Pos.", "Bezeichnung", "Menge", "Einzelpreis"},
            {"1", "Dübel, groß", "200", "0,12"},
            {"2", "Schlüsselschraube mit einer langen Bezeichnung, die in einer zweiten Zeile weitergehen muss", "80", "0,45"},
            {"3", "Unterlegscheibe für Außenmontage", "80", "0,05"},
        };
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < 4; column++) {
                PdfPCell cell = new PdfPCell(new Phrase(rows[row][column], row == 0 ? bold : plain));
                if (row == 0) cell.setBackgroundColor(Color.LIGHT_GRAY);
                if (column > 1) cell.setHorizontalAlignment(Element.ALIGN_RIGHT);
                cell.setPadding(4);
                table.addCell(cell);
            }
        }
        document.add(table);
        document.add(new Paragraph("Bitte bestätigen Sie den Liefertermin.", plain));
        document.close();
    }
}
