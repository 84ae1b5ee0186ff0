import { html } from 'hono/html'
import { expect, test } from 'vitest'
import { prose } from '#worker/routes/docs/prose.ts'

const HOSTILE = `</code><script>alert("1" & '2')</script>`
const SHOWN = '&lt;/code&gt;&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;'

test('whatever is put into a page is shown, never run', async () => {
  const page = await html`<p title="${HOSTILE}">${[HOSTILE, [html`<b>${HOSTILE}</b>`]]}</p>`
  expect(String(page)).toBe(`<p title="${SHOWN}">${SHOWN}<b>${SHOWN}</b></p>`)
})

test('nothing is shown for what is absent', async () => {
  expect(String(await html`<p>${null}${undefined}${0}</p>`)).toBe('<p>0</p>')
})

test('code in prose is marked, and escaped like the rest', async () => {
  expect(String(await prose('a `<b>` & `c`'))).toBe('a <code>&lt;b&gt;</code> &amp; <code>c</code>')
  expect(String(await prose(`${HOSTILE} \`${HOSTILE}\``))).toBe(`${SHOWN} <code>${SHOWN}</code>`)
  expect(String(await prose('one ` alone'))).toBe('one ` alone')
})
