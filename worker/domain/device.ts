/** Networks that devices are on; each is a letter of the device id, so that routing needs no look-up. */
export const PUSH_NETWORKS = { webpush: 'w', fcm: 'f', sandbox: 's' } as const
export type PushNetwork = keyof typeof PUSH_NETWORKS

const BY_LETTER: ReadonlyMap<string, PushNetwork> = new Map(
  Object.entries(PUSH_NETWORKS).map(([network, letter]) => [letter, network as PushNetwork]),
)

/** `dev_`, tenant (12), request (16), mode (1), network (1), key (1), MAC (8). */
const FORM = /^dev_[0-9a-hjkmnp-tv-z]{29}([wfs])[0-9a-hjkmnp-tv-z]{9}$/

/** The network that a device id names; null if this is no device id by its form. */
export const pushNetworkOf = (id: string): PushNetwork | null => BY_LETTER.get(FORM.exec(id)?.[1] ?? '') ?? null

/** How a device is reached, as the registry keeps it. */
export type DeviceTarget =
  | { readonly network: 'webpush'; readonly endpoint: string; readonly p256dh: string; readonly auth: string }
  | { readonly network: 'fcm'; readonly token: string }
  | { readonly network: 'sandbox'; readonly token: string }

/** The key pair by which push services know who sends (RFC 8292). */
export interface VapidKeys {
  /** base64url of the uncompressed point. */
  readonly publicKey: string
  readonly privateKey: CryptoKey
}

type OfNetwork<Of extends PushNetwork> = Extract<DeviceTarget, { readonly network: Of }>

/** What dispatch hands to a driver as `Attempt.target`. `app`: the sender that the device subscribed to. */
export type PushTarget = { readonly app: string } & (
  | (OfNetwork<'webpush'> & { readonly vapid: VapidKeys })
  | OfNetwork<'fcm'>
  | OfNetwork<'sandbox'>
)

/** `carrierCode` of refusals by our own registry: no push service was asked. */
export const BY_REGISTRY = 'registry'
