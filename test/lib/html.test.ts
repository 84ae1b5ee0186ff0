import { expect, test } from 'vitest'
import { html, prose } from '#worker/lib/html.ts'

test('whatever is put into a page is shown, never run', () => {
  const text = `<script>alert("1" & '2')</script>`
  expect(html`<p title="${text}">${[text, html`<b>${text}</b>`]}</p>`.markup).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">' +
      '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;' +
      '<b>&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</b></p>',
  )
})

test('nothing is shown for what is absent', () => {
  expect(html`<p>${null}${undefined}${0}</p>`.markup).toBe('<p>0</p>')
})

test('code in prose is marked, and escaped like the rest', () => {
  expect(prose('a `<b>` & `c`').markup).toBe('a <code>&lt;b&gt;</code> &amp; <code>c</code>')
})
