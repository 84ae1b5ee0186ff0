import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { askPage, donePage, unsubscribeHeaders } from '#worker/flows/people/unsubscribe-page.ts'

const HOSTILE = `"><img src=x onerror='alert(1)'>&amp;`

test.each([
  ['asks', askPage],
  ['answers', donePage],
])('the page that %s shows a sender as a text, whatever stands in it', async (_, page) => {
  const text = await page(HOSTILE)
  expect(text).not.toMatch(/<img|onerror='/)
  expect(text.split('&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;')).toHaveLength(3)
})

test('nothing but the one style sheet takes effect, and the form goes nowhere but here', async () => {
  const style = /<style>([\s\S]*?)<\/style>/.exec(await askPage('shop'))?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(await unsubscribeHeaders()).toEqual({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
})
