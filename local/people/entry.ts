import { html, raw } from 'hono/html'
import type { Env } from '#worker/env.ts'
import { pageHeaders } from '#worker/lib/http/page-headers.ts'
import type { Html } from '#worker/routes/docs/prose.ts'
import { ENTRY_PATH, type LOCAL_PEOPLE } from './made.ts'
import { makeLink, toHostname } from './served.ts'

/** The console's colours: this page leads into it. */
const STYLE = `:root{color-scheme:light dark}html{background:light-dark(#f6f7f6,#0f1413);color:light-dark(#15201e,#e8eeec)}
body{margin:3rem auto;max-width:32rem;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif}h1{font-size:1.6rem}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}button{font:inherit;font-weight:600;padding:.5rem 1rem;min-height:2.75rem;cursor:pointer;color:inherit;
background:light-dark(#fff,#171d1c);border:1px solid light-dark(#7f8d89,#6c7b77);border-radius:6px}
button:first-child{background:light-dark(#0f766e,#2dd4bf);border-color:transparent;color:light-dark(#fff,#042f2b)}`

interface Words {
  readonly direction: 'ltr' | 'rtl'
  readonly title: string
  readonly about: Html
  readonly people: Readonly<Record<keyof typeof LOCAL_PEOPLE, string>>
}

const WORDS: Readonly<Record<'en' | 'fa', Words>> = {
  en: {
    direction: 'ltr',
    title: 'Sign in on this machine',
    about: html`Without a passkey or a code, as one of the two people that <code>npm start</code> made. Only a gateway on your own machine has this page.`,
    people: { owner: 'Owner of the demo account', operator: 'Operator of this service' },
  },
  fa: {
    direction: 'rtl',
    title: 'ورود روی همین رایانه',
    about: html`بدون کلید عبور و بدون کد، به نام یکی از کسانی که <code dir="ltr">npm start</code> ساخته است. فقط سامانه‌ای که روی رایانهٔ خودتان است این صفحه را دارد.`,
    people: { owner: 'مالک حساب نمونه', operator: 'گردانندهٔ این سامانه' },
  },
}

/** Language of who reads Persian at all, as in the console; else English. */
const languageOf = ({ headers }: Request): 'en' | 'fa' =>
  /(?:^|,)\s*fa\b/i.test(headers.get('accept-language') ?? '') ? 'fa' : 'en'

async function page(language: 'en' | 'fa'): Promise<Response> {
  const { direction, title, about, people } = WORDS[language]
  const text = await html`<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${language === 'fa' ? 'چاپار' : 'Chapar'}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${about}</p>
<form method="post" action="${ENTRY_PATH}">
${Object.entries(people).map(([as, label]) => html`<button name="as" value="${as}">${label}</button>\n`)}
</form>
</main>
</body>
</html>
`
  // Browsers name the origin of a form as `null` to whom the page may not be told, so that no button could be pressed.
  const told = { 'referrer-policy': 'same-origin', 'cache-control': 'no-store', vary: 'accept-language' }
  return new Response(text.toString(), { headers: { ...(await pageHeaders(STYLE, 'self')), ...told } })
}

/**
 * Page that signs the browser in as one of the local people. Its form is taken from the page itself alone: from no other page,
 * and from none whose name was made to point here (DNS rebinding), which has that name as its own origin.
 */
export async function entryPage(request: Request, url: URL, env: Env): Promise<Response> {
  if (url.hostname === '127.0.0.1' && request.method === 'GET') return toHostname(url)
  if (url.hostname !== 'localhost') return new Response('This page is at localhost\n', { status: 403 })
  if (request.method === 'GET') return page(languageOf(request))
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'GET, POST' } })
  if (request.headers.get('origin') !== url.origin)
    return new Response('Press a button of this page\n', { status: 403 })
  const asked = new URL(url)
  asked.search = await request.text()
  const link = await makeLink(asked, env)
  if (!link.ok) return link
  const { pathname, search } = new URL((await link.text()).trim())
  const answer = { location: pathname + search, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 303, headers: answer })
}
