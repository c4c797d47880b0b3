#!/usr/bin/env perl
# A picking list without any line, set in columns by hand; made linear and packed into object streams by qpdf.
use strict;
use warnings;
use utf8;
use PDF::API2;

my $pdf = PDF::API2->new();
my $page = $pdf->page();
$page->size('letter');
my $plain = $pdf->font('Helvetica');
my $bold = $pdf->font('Helvetica-Bold');

sub line {
    my ($font, $size, $y, @texts) = @_;
    for my $place (0 .. $#texts) {
        my $text = $page->text();
        $text->font($font, $size);
        $text->position((72, 150, 350, 450)[$place], $y);
        $text->text($texts[$place]);
    }
}

line($bold, 14, 720, 'Picking list 30551');
line($plain, 10, 696, 'Route:', 'Café Nörd, second call');
line($plain, 10, 680, 'Packer:', 'Bay 4');
line($bold, 10, 640, 'Shelf', 'Article', 'Boxes', 'Pieces');
line($plain, 10, 622, '12-04', 'Espresso beans, 1 kg', '3', '18');
line($plain, 10, 604, '12-09', 'Filter paper no. 4', '1', '40');
line($plain, 10, 586, '31-02', 'Crème brûlée torch', '2', '2');
line($plain, 10, 568, '31-17', 'Sugar sticks', '5', '5000');
line($plain, 10, 530, 'Load the beans last.');
$pdf->save($ARGV[0]);
