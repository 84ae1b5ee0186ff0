/**
 * Names of all channels: ONE WORD PER CHANNEL. A new one goes to the end, because ids hold a channel by its place here. There
 * is room for 16.
 */
export const CHANNELS = ['sms', 'voice', 'push', 'email', 'ussd', 'chat'] as const
export type ChannelName = (typeof CHANNELS)[number]
