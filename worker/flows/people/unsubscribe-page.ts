import { html, raw } from 'hono/html'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'

type Html = ReturnType<typeof html>

const STYLE = `body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.4rem;color:#fff;background:#0b5c4a;cursor:pointer}
button:focus-visible{outline:3px solid #d98200;outline-offset:2px}
section+section{margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid #8a8a8a}`

/**
 * Makes a page in Persian and English, as the reader of a mail may have either; Persian first, whose script the page starts in.
 */
async function bilingualPage(title: string, fa: Html, en: Html): Promise<string> {
  const style = raw(`<style>${STYLE}</style>`)
  const whole = await html`<!doctype html>
<html lang="fa" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
${style}
</head>
<body>
<main>
<section>
${fa}
</section>
<section lang="en" dir="ltr">
${en}
</section>
</main>
</body>
</html>
`
  return whole.toString()
}

const button = (words: string): Html => html`<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">${words}</button>
</form>`

/**
 * Asks whether to unsubscribe from this sender. The recipient is not shown, because whoever was forwarded the mail has the link
 * too.
 */
export const askPage = (sender: string): Promise<string> =>
  bilingualPage(
    'لغو اشتراک · Unsubscribe',
    html`<h1>لغو اشتراک</h1>
<p>دیگر از <bdi dir="ltr">${sender}</bdi> نامه‌ای نگیرید؟</p>
${button('لغو اشتراک')}`,
    html`<h1>Unsubscribe</h1>
<p>Get no more mail from ${sender}?</p>
${button('Unsubscribe')}`,
  )

export const donePage = (sender: string): Promise<string> =>
  bilingualPage(
    'لغو شد · Unsubscribed',
    html`<h1>اشتراک لغو شد</h1>
<p>دیگر از <bdi dir="ltr">${sender}</bdi> نامه‌ای نمی‌گیرید.</p>`,
    html`<h1>Unsubscribed</h1>
<p>You will get no more mail from ${sender}.</p>`,
  )

/** Headers of both pages: the form goes nowhere but here, and the link, which is a person's own, is kept by no cache. */
export const unsubscribeHeaders = async (): Promise<Readonly<Record<string, string>>> => ({
  ...(await pageHeaders(STYLE, 'self')),
  'cache-control': 'no-store',
})
