/** Devices and mail programs that set a line of their own below what their users write. */
const PRODUCTS =
  /iphone|ipad|android|samsung|galaxy|huawei|xiaomi|redmi|oppo|nokia|blackberry|windows|outlook|yahoo|gmail|hotmail|thunderbird|proton|mail\.ru|yandex|gmx|web\.de|\baol\b|icloud|smartphone|tablet|آیفون|ایفون|اندروید|سامسونگ|یاهو|جیمیل|аndroid|айфон/i

const DEVICES =
  /\b(phone|mobile|device|handset|telefon|handy|celular|cellulare|móvil|mobiel)\b|телефон|تلفن|موبایل|گوشی/i

/** "Sent from …" at the beginning of a line, or at its end, as the languages have it. */
const SENT_FIRST =
  /^(sent (from|via|with|using|by)\b|get\s.{0,40}\sfor\b|verzonden|verstuurd|envoyé|enviad[oa]|inviato|skickat|sendt|lähetetty|wysłane|wysłano|odesláno|trimis|отправлено|надіслано|ارسال|فرستاده|تم الإرسال|أرسلت|مرسل|发自|發自|寄自|נשלח|στάλθηκε)/iu
const SENT_LAST =
  /(gesendet|verstuurd|verzonden|gönderildi|lähetetty|küldve|送信|보냄|ارسال شد|ارسال شده|فرستاده شده)(\s?<?\(?https?:\S{0,200})?[)>]?$/iu

const LONGEST_TAGLINE = 160

/** True if a line is one that a mail program added, such as "Sent from Yahoo Mail for iPhone". */
export const isTagline = (line: string): boolean =>
  line.length <= LONGEST_TAGLINE &&
  (PRODUCTS.test(line) || DEVICES.test(line)) &&
  (SENT_FIRST.test(line.replace(/^[[(]/, '')) || SENT_LAST.test(line) || /^yahoo mail\s?:/i.test(line))

/** True if a line directly above a quote may be such a one in a language that is not known here: few words, with a product. */
export const mayBeTagline = (line: string): boolean =>
  line.length <= 60 && PRODUCTS.test(line) && !/[.!?؟]$/.test(line) && line.split(/\s+/).length <= 8
