/** Paths of the telephone's icons, drawn on 24 × 24. */
const PATHS = {
  messages:
    'M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.2a.6.6 0 0 1-1-.45V15A2.5 2.5 0 0 1 4 12.5z',
  phone:
    'M6.6 3.2 9 3.9c.5.1.8.5.9 1l.6 2.9c.1.5-.1 1-.5 1.3L8.4 10.300a12 12 0 0 0 5.3 5.300l1.2-1.600c.3-.4.8-.6 1.3-.5l2.9.6c.5.1.9.5 1 .9l.7 2.400c.2.7-.2 1.4-.9 1.600C11.4 21.4 2.6 12.6 5 4.100c.2-.7.9-1.1 1.6-.9z',
  mail: 'M5.5 5h13A2.5 2.5 0 0 1 21 7.500v9a2.5 2.5 0 0 1-2.5 2.500h-13A2.5 2.5 0 0 1 3 16.500v-9A2.5 2.5 0 0 1 5.5 5zm.3 2.6 6.2 4.7 6.2-4.7',
  chat: 'M12 3.500c5 0 9 3.4 9 7.700s-4 7.7-9 7.700c-1 0-2-.1-2.9-.4L4.6 20.600l1.1-3.700C4 15.5 3 13.5 3 11.200c0-4.3 4-7.7 9-7.700z',
  notices: 'M12 3a6 6 0 0 0-6 6c0 5-2 6-2 7h16c0-1-2-2-2-7a6 6 0 0 0-6-6zm-2 15.500a2 2 0 0 0 4 0',
  back: 'M15 5l-7 7 7 7',
  send: 'M12 20V5m-6 6 6-6 6 6',
  erase: 'M9 6h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H9l-6-6zm3 4 4 4m0-4-4 4',
  speaker: 'M4 9.500v5h3.500L12 18V6L7.5 9.500zM15.5 9a4 4 0 0 1 0 6m2.5-8.500a8 8 0 0 1 0 11',
  pen: 'M4 20l1-4L16 5l3 3L8 19z',
  hash: 'M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16',
  again: 'M19 12a7 7 0 1 1-2.1-5M19 3v5h-5',
  out: 'M7 17 17 7M9 7h8v8',
  in: 'M17 7 7 17M15 17H7V9',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
} as const

/** Name of an icon. */
export type IconName = keyof typeof PATHS

/** An icon; it says nothing by itself, the control around it has the name. */
export const Icon = ({ name, isFilled = false }: { name: IconName; isFilled?: boolean }) => (
  <svg viewBox="0 0 24 24" className="phone-icon" data-icon={name} aria-hidden="true">
    <path
      d={PATHS[name]}
      fill={isFilled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
)

/** What stands at the end of the telephone's head: reception and charge. */
export const Reception = () => (
  <svg viewBox="0 0 46 14" className="reception" aria-hidden="true">
    <g fill="currentColor">
      <rect x="0" y="9" width="3" height="5" rx="1" />
      <rect x="5" y="6" width="3" height="8" rx="1" />
      <rect x="10" y="3" width="3" height="11" rx="1" />
      <rect x="15" y="0" width="3" height="14" rx="1" />
      <rect x="25.5" y="3.5" width="12" height="7" rx="1.5" />
      <rect x="43" y="5" width="2" height="4" rx="1" />
    </g>
    <rect x="23.5" y="1.5" width="18" height="11" rx="3" fill="none" stroke="currentColor" />
  </svg>
)
