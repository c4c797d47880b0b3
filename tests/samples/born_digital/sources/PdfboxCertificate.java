import java.io.File;
import org.apache.pdfbox.pdmodel.*;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.*;

/** A page that asks to be turned by 270 degrees, words kerned glyph by glyph, and a media box that does not begin at 0. */
class PdfboxCertificate {
    private static final String[][] ROWS = {
        {"Quantity", "Nominal", "Measured", "Deviation"},
        {"Voltage", "5.000", "5.002", "0.002"},
        {"Current", "1.000", "0.998", "-0.002"},
        {"Frequency", "50.00", "50.01", "0.01"},
    };
    private static PDPageContentStream paper;

    public static void main(String[] arguments) throws Exception {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(new PDRectangle(100, 50, 420, 595));
            page.setRotation(270);
            document.addPage(page);
            PDFont font = PDType0Font.load(document, new File(arguments[1]));
            paper = new PDPageContentStream(document, page);
            paper.transform(new org.apache.pdfbox.util.Matrix(0, -1, 1, 0, 100, 645));
            write(font, 18, 40, 370, "Calibration certificate");
            write(font, 10, 40, 340, "Instrument: Bench meter BM-7");
            write(font, 10, 320, 340, "Certificate: CC-2026-19");
            for (int row = 0; row < ROWS.length; row++)
                for (int column = 0; column < 4; column++)
                    write(font, 10, 40 + 130 * column, 290 - 20 * row, ROWS[row][column]);
            paper.moveTo(40, 284);
            paper.lineTo(540, 284);
            paper.stroke();
            write(font, 10, 40, 190, "The deviations lie within the limits of the maker.");
            paper.close();
            document.save(arguments[0]);
        }
    }

    private static void write(PDFont font, int size, float x, float y, String text) throws Exception {
        paper.beginText();
        paper.setFont(font, size);
        paper.newLineAtOffset(x, y);
        Object[] glyphs = new Object[2 * text.length() - 1];
        for (int place = 0; place < text.length(); place++) {
            glyphs[2 * place] = text.substring(place, place + 1);
            if (place > 0) glyphs[2 * place - 1] = -15f;
        }
        paper.showTextWithPositioning(glyphs);
        paper.endText();
    }
}
