/** Pages of keys, which are loaded together. */
export { default as KeysPage } from './keys-page.tsx'
export { default as NewKeyPage } from './new-key-page.tsx'
