import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Fate } from './plan.ts'
import type { ReceivedEvent } from './receiver.ts'
import { statusesByEvents } from './verdict.ts'

/** Message of the demo with its recipient and what is expected of it. */
export interface Planned {
  readonly channel: ChannelName
  readonly id: string
  readonly to: string
  readonly label: string
  readonly fate: Fate
}

/** Event that no message of the demo brings about, such as a text that a person writes first. */
export interface Unasked {
  readonly channel: ChannelName
  readonly type: string
  /** Person of whom the event tells. */
  readonly party: string
}

/** Counts for each channel, by status or event type: `delivered`, `message.received`, … */
type Tally = ReadonlyMap<ChannelName, ReadonlyMap<string, number>>

function count(tally: Map<ChannelName, Map<string, number>>, channel: ChannelName, column: string): void {
  const row = tally.get(channel) ?? new Map<string, number>()
  tally.set(channel, row.set(column, (row.get(column) ?? 0) + 1))
}

export function expectedTally({ planned, unasked }: Asked): Tally {
  const tally = new Map<ChannelName, Map<string, number>>()
  for (const { channel, fate } of planned) {
    count(tally, channel, fate.ends)
    for (const type of fate.also) count(tally, channel, type)
  }
  for (const { channel, type } of unasked) count(tally, channel, type)
  return tally
}

/** Person of whom an event tells. */
const partyOf = ({ type, data }: ReceivedEvent): string =>
  String((type === 'device.removed' ? data['id'] : (data['recipient'] ?? data['from'])) ?? '')

/** What a run has asked for or brought about: of other events the tenant's endpoint tells too. */
export interface Asked {
  readonly planned: readonly Planned[]
  readonly unasked: readonly Unasked[]
}

/** Finds the channel of an event of the run's messages and people; undefined for an event that is not of this run. */
function channelFinder({ planned, unasked }: Asked): (event: ReceivedEvent) => ChannelName | undefined {
  const channels = new Map<string, ChannelName>([
    ...planned.map(({ id, channel }) => [id, channel] as const),
    ...planned.map(({ to, channel }) => [`${channel} ${to}`, channel] as const),
    ...unasked.map(({ party, channel }) => [`${channel} ${party}`, channel] as const),
  ])
  return (event) => {
    const name = event.type === 'device.removed' ? 'push' : String(event.data['channel'])
    return channels.get(String(event.data['id'])) ?? channels.get(`${name} ${partyOf(event)}`)
  }
}

/** Counts the events that are of this run. */
export function heardOf(events: readonly ReceivedEvent[], asked: Asked): number {
  const channelOf = channelFinder(asked)
  return events.filter((event) => channelOf(event) !== undefined).length
}

/** Counts what was told of these messages and people. What nobody expected counts too, so that it shows as a difference. */
export function foundTally(events: readonly ReceivedEvent[], asked: Asked): Tally {
  const tally = new Map<ChannelName, Map<string, number>>()
  const states = statusesByEvents(events)
  for (const { channel, id } of asked.planned) count(tally, channel, states.get(id) ?? 'no event')
  const channelOf = channelFinder(asked)
  for (const event of events) {
    const channel = channelOf(event)
    const counted = !event.type.startsWith('message.') || event.type === 'message.received'
    if (channel && counted) count(tally, channel, event.type)
  }
  return tally
}

/** Describes the messages that did not end as expected. */
export function strayMessages(events: readonly ReceivedEvent[], planned: readonly Planned[]): string[] {
  const states = statusesByEvents(events)
  return planned.flatMap(({ channel, label, id, fate }) => {
    const found = states.get(id) ?? 'no event'
    return found === fate.ends ? [] : [`${channel} ${label}: ${found}, expected ${fate.ends}`]
  })
}

const columnsOf = (...tallies: readonly Tally[]): string[] => [
  ...new Set(tallies.flatMap((tally) => [...tally.values()].flatMap((row) => [...row.keys()]))),
]

/** Number of cells in which two tallies differ. */
export function differing(expected: Tally, found: Tally): number {
  let cells = 0
  for (const channel of new Set([...expected.keys(), ...found.keys()]))
    for (const column of columnsOf(expected, found))
      if ((expected.get(channel)?.get(column) ?? 0) !== (found.get(channel)?.get(column) ?? 0)) cells++
  return cells
}

/** Table with a column for each channel and a row for each status or event type; a cell says `got/expected`. */
export function tallyTable(expected: Tally, found: Tally): string {
  const channels = [...expected.keys()]
  const rows = columnsOf(expected, found).map((column) => [
    column,
    ...channels.map((channel) => {
      const [got, wanted] = [found, expected].map((tally) => tally.get(channel)?.get(column) ?? 0)
      return got === 0 && wanted === 0 ? '' : `${got}/${wanted}${got === wanted ? '' : ' ✗'}`
    }),
  ])
  const all = [['got/expected', ...channels], ...rows]
  const widths = all[0]?.map((_, n) => Math.max(...all.map((row) => (row[n] ?? '').length))) ?? []
  return all
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
