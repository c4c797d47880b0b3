"""Locales in which amounts and dates are printed, chosen for their marks, digits and orders."""

LOCALES = (
    "ar_EG", "bg", "bn", "ca", "cs", "da", "de", "de_AT", "de_CH", "el", "en", "en_IN", "en_ZA", "es", "es_MX", "fa",
    "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "mr", "nb", "nl", "pl", "pt_BR", "pt_PT",
    "ro", "ru", "sl", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
