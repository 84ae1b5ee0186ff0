/**
 * Script of the pages of the docs that show code: a button that copies it, beside each block. Its words stand in the page, where
 * it is named. Its room is kept before it runs (style.ts), so that nothing moves. Where nothing may be copied for the reader, as
 * over plain HTTP, the block is marked for his own keys.
 */
export const COPY_SCRIPT = `const words = JSON.parse(document.querySelector('script[data-words]').dataset.words)
const told = Object.assign(document.createElement('output'), { className: 'told' })
document.querySelector('main').append(told)
let last
for (const code of document.querySelectorAll('pre > code')) {
  const block = document.createElement('div')
  const copy = Object.assign(document.createElement('button'), { type: 'button', className: 'copy', textContent: words.copy })
  copy.addEventListener('click', async () => {
    if (last) last.textContent = words.copy
    last = copy
    told.textContent = ''
    try {
      await navigator.clipboard.writeText(code.textContent)
      copy.textContent = told.textContent = words.copied
    } catch {
      getSelection().selectAllChildren(code)
      told.textContent = words.marked
    }
  })
  block.className = 'block'
  code.parentElement.replaceWith(block)
  block.append(code.parentElement, copy)
}
`
