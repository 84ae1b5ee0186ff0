/**
 * Guides of docs/, by who reads them. A guide's file and the end of its address are its name here in small letters, with dashes.
 * Their pages are made when the console is built (local/console/guides.ts) and stand beside its files.
 */
export const GUIDES = [
  [
    'Messages',
    [
      'First message',
      'Batches',
      'Channels',
      'Chat',
      'Mail in',
      'Media',
      'Push',
      'Sandbox',
      'USSD',
      'Verification',
      'Voice',
      'Webhooks',
    ],
  ],
  ['Accounts', ['Accounts', 'Four eyes', 'Identity', 'Limits', 'Passkeys', 'Roles', 'Statistics']],
  ['Running it', ['At rest', 'Console', 'Cost', 'Deploy', 'Operations', 'Scale']],
  ['Building on it', ['Adding a channel', 'Adding a provider', 'Persian', 'USSD dialect', 'Vocabulary']],
] as const

export type GuideName = (typeof GUIDES)[number][1][number]

/** Page that lists the guides, below the home of a language (words.ts); each guide has its own below it. */
export const GUIDES_AT = '/guides'

/** End of the address of the guide of this name, which its file of docs/ has too. */
export const guideSlug = (name: GuideName): string => name.toLowerCase().replaceAll(' ', '-')
