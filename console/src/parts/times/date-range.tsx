import { parseAbsolute, type ZonedDateTime } from '@internationalized/date'
import { Button } from 'react-aria-components/Button'
import { DateInput, DateSegment } from 'react-aria-components/DateField'
import { DateRangePicker } from 'react-aria-components/DateRangePicker'
import { Dialog } from 'react-aria-components/Dialog'
import { FieldError } from 'react-aria-components/FieldError'
import { Group } from 'react-aria-components/Group'
import { Heading } from 'react-aria-components/Heading'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { Label } from 'react-aria-components/Label'
import { Popover } from 'react-aria-components/Popover'
import {
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  RangeCalendar,
} from 'react-aria-components/RangeCalendar'
import { t } from '../../words/common.ts'
import { month, zone } from '../../words/format.ts'
import { language } from '../../words/language.ts'
import '../../styles/dates.css'
import { Mark } from '../mark.tsx'

/** A range of time, RFC 3339 in UTC. */
export interface TimeRange {
  readonly after: string
  readonly before: string
}

interface DateRangeProps {
  readonly label: string
  readonly value: TimeRange
  readonly onChange: (range: TimeRange) => void
}

const text = (at: ZonedDateTime): string => at.toAbsoluteString().replace('.000Z', 'Z')

/** Days of a month, in the calendar of the language; its name is written by our own pattern. */
const Days = () => (
  <RangeCalendar className="calendar" firstDayOfWeek={zone === 'Asia/Tehran' ? 'sat' : undefined}>
    {({ state }) => (
      <>
        <header>
          <Button slot="previous" className="icon-button">
            ‹
          </Button>
          <Heading>{month(state.visibleRange.start.toDate(zone))}</Heading>
          <Button slot="next" className="icon-button">
            ›
          </Button>
        </header>
        <CalendarGrid weekdayStyle={language === 'fa' ? 'narrow' : 'short'}>
          <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
          <CalendarGridBody>{(date) => <CalendarCell date={date} className="calendar-cell" />}</CalendarGridBody>
        </CalendarGrid>
      </>
    )}
  </RangeCalendar>
)

/** One end of the range, to be typed part by part. No comma stands between day and time, as nowhere else. */
const Ends = ({ slot }: { slot: 'start' | 'end' }) => (
  <DateInput slot={slot} className="date-input">
    {(segment) => (
      <DateSegment segment={segment} className="date-segment">
        {({ text: part }) => part.replace(/[,،]/, '')}
      </DateSegment>
    )}
  </DateInput>
)

/** English whose dates are written as ours are, the year first. */
const ORDER = language === 'fa' ? 'fa-IR' : 'en-CA'

/** Asks for a range of time to the minute, in the calendar and zone of the page: typed by the keyboard, or chosen by days. */
export default function DateRange({ label, value, onChange }: DateRangeProps) {
  const range = { start: parseAbsolute(value.after, zone), end: parseAbsolute(value.before, zone) }
  return (
    <I18nProvider locale={ORDER}>
      <DateRangePicker
        className="field date-range"
        value={range}
        onChange={(chosen) => {
          if (chosen) onChange({ after: text(chosen.start), before: text(chosen.end) })
        }}
        granularity="minute"
        hourCycle={24}
        hideTimeZone
        shouldForceLeadingZeros
      >
        <Label>{label}</Label>
        <Group className="date-group">
          <span className="date-ends">
            <span className="date-end">
              <span className="faint">{t.from}</span>
              <Ends slot="start" />
            </span>
            <span className="date-end">
              <span className="faint">{t.until}</span>
              <Ends slot="end" />
            </span>
          </span>
          <Button className="icon-button">
            <Mark of="open" />
          </Button>
        </Group>
        <FieldError className="error" />
        <Popover className="popover">
          <Dialog className="calendar-dialog">
            <Days />
          </Dialog>
        </Popover>
      </DateRangePicker>
    </I18nProvider>
  )
}
