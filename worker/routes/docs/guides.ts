/**
 * Guides of docs/, by who reads them. A guide's file and the end of its address are its name here in small letters, with dashes.
 * Their pages are made when the console is built (local/console/guides.ts) and stand beside its files.
 */
export const GUIDES = [
  [
    'Messages',
    ['Batches', 'Channels', 'Chat', 'Mail in', 'Media', 'Push', 'Sandbox', 'USSD', 'Verification', 'Voice', 'Webhooks'],
  ],
  ['Accounts', ['Accounts', 'Four eyes', 'Identity', 'Limits', 'Passkeys', 'Roles', 'Statistics']],
  ['Running it', ['At rest', 'Console', 'Cost', 'Deploy', 'Operations', 'Scale']],
  ['Building on it', ['Adding a channel', 'Adding a provider', 'Persian', 'USSD dialect', 'Vocabulary']],
] as const

/** Page that lists the guides; each has its own below. */
export const GUIDES_PATH = '/docs/guides'

/** Address of the guide of this name. */
export const guidePath = (name: string): string => `${GUIDES_PATH}/${name.toLowerCase().replaceAll(' ', '-')}`
