import { html, raw } from 'hono/html'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'

type Html = ReturnType<typeof html>

const STYLE = `:root{color-scheme:light dark}
body{font:1.1rem system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere;color:light-dark(#15201e,#e8eeec);background:light-dark(#fff,#0f1413)}
section{line-height:1.8}
[lang=en]{line-height:1.6}
h1{font-size:1.5rem;line-height:1.4;margin:0}
button{font:inherit;min-height:2.75rem;padding:.4rem 1.4rem;border:0;border-radius:.4rem;color:light-dark(#fff,#0f1413);background:light-dark(#0f766e,#2dd4bf);cursor:pointer}
button:focus-visible{outline:3px solid light-dark(#b45309,#fbbf24);outline-offset:2px}
section+section{margin-top:2.5rem;padding-top:2rem;border-top:1px solid light-dark(#c9d2d0,#33403d)}`

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
<p>نمی‌خواهید دیگر از <bdi dir="ltr">${sender}</bdi> رایانامه دریافت کنید؟</p>
${button('لغو اشتراک')}`,
    html`<h1>Unsubscribe</h1>
<p>Do you want no more mail from ${sender}?</p>
${button('Unsubscribe')}`,
  )

export const donePage = (sender: string): Promise<string> =>
  bilingualPage(
    'اشتراک لغو شد · Unsubscribed',
    html`<h1>اشتراک شما لغو شد</h1>
<p>دیگر از <bdi dir="ltr">${sender}</bdi> رایانامه‌ای دریافت نمی‌کنید.</p>`,
    html`<h1>You are unsubscribed</h1>
<p>You will get no more mail from ${sender}.</p>`,
  )

/** Says that a link leads nowhere, and not why: one that was made up gets the same answer as one of a message that is gone. */
export const nowherePage = (): Promise<string> =>
  bilingualPage(
    'پیوند کار نمی‌کند · Link not valid',
    html`<h1>این پیوند کار نمی‌کند</h1>
<p>شاید کامل باز نشده یا رایانامهٔ آن خیلی قدیمی باشد. برای لغو اشتراک، پیوند رایانامهٔ تازه‌تری از همان فرستنده را باز کنید.</p>`,
    html`<h1>This link does not work</h1>
<p>It may be cut short, or its mail too old. To unsubscribe, open the link of a newer mail from the same sender.</p>`,
  )

/** Headers of these pages: the form goes nowhere but here, and the link, which is a person's own, is kept by no cache. */
export const unsubscribeHeaders = async (): Promise<Readonly<Record<string, string>>> => ({
  ...(await pageHeaders(STYLE, 'self')),
  'cache-control': 'no-store',
})
