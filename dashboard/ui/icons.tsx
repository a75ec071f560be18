import type { ReactNode } from 'react'

/**
 * The few signs of the dashboard, drawn here: each state has its own outline, so that it is told
 * apart without colour. They inherit the colour of the text beside them.
 */
export const ICON_NAMES = [
  'alarms',
  'performance',
  'handovers',
  'map',
  'windows',
  'devices',
  'history',
  'rules',
  'enterprises',
  'accounts',
  'notifications',
  'health',
  'hazards',
  'sound',
  'silent',
  'blocked',
  'menu',
  'more',
  'search',
  'close',
  'unacknowledged',
  'acknowledged',
  'returned',
  'latched',
  'reset',
  'shelved',
  'normal',
  'online',
  'silence',
  'fault',
  'calibrating',
  'never-seen',
  'plus',
  'back',
  'calendar',
] as const
export type IconName = (typeof ICON_NAMES)[number]

const DRAWINGS: Readonly<Record<IconName, ReactNode>> = {
  alarms: <path d="M12 4a5 5 0 0 0-5 5v4l-2 3h14l-2-3V9a5 5 0 0 0-5-5zM10 19a2 2 0 0 0 4 0" />,
  windows: <path d="M14 6a4 4 0 0 0 5 5l-8.500 8.500a2 2 0 0 1-3-3L16 8M14 6l3-2" />,
  handovers: <path d="M4 8h13l-3-3M20 16H7l3 3" />,
  performance: <path d="M5 19V11M10 19V5M15 19v-6M20 19V8M4 19h17" />,
  map: <path d="M4 6.500l5-2 6 2.500 5-2v12.500l-5 2-6-2.500-5 2zM9 4.500V17M15 7v12.500" />,
  devices: <path d="M5 5h14v10H5zM9 19h6M12 15v4M8.500 10h2l1.500-2 1.500 4 1-2h1.500" />,
  history: <path d="M4 5v14h16M7 14l3.500-5 3 3.500L19 7" />,
  rules: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M13 4.500v5M7 14.500v5" />,
  enterprises: <path d="M4 20V10l5 3v-3l5 3V5h5v15zM8 16.500h2M13 16.500h2" />,
  accounts: (
    <path d="M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 19.500c.4-3.500 2.900-5 6-5s5.600 1.500 6 5M15.500 5a3.200 3.200 0 0 1 0 6M17.500 14.800c2 .7 3.300 2.200 3.500 4.700" />
  ),
  notifications: <path d="M4 6h16v11H10l-4 3v-3H4zM8 10h8M8 13h5" />,
  health: <path d="M3 12h4l2-5 4 10 2-5h6" />,
  sound: (
    <path d="M5 9.500v5h3l4 3.500V6L8 9.500zM15 9.500a4 4 0 0 1 0 5M17.500 7a7.500 7.500 0 0 1 0 10" />
  ),
  silent: <path d="M5 9.500v5h3l4 3.500V6L8 9.500zM15.500 9.500l5 5M20.500 9.500l-5 5" />,
  blocked: <path d="M5 9.500v5h3l4 3.500V6L8 9.500zM17 7v6M17 16v1.200" />,
  more: <path d="M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z" />,
  menu: (
    <path d="M12 12a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM5 20c.5-4 3.500-5.500 7-5.500s6.500 1.500 7 5.500" />
  ),
  search: <path d="M10.500 16a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM15 15l5 5" />,
  close: <path d="M6 6l12 12M18 6L6 18" />,
  unacknowledged: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 7.500v5.500M12 15.800v.7" strokeWidth="2.600" />
    </>
  ),
  acknowledged: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M8.500 12.300l2.500 2.500 4.500-5" />
    </>
  ),
  returned: <path d="M9 6L5 10l4 4M5 10h9a5 5 0 0 1 0 9h-3" />,
  latched: <path d="M7 11h10v8H7zM9 11V8.500a3 3 0 0 1 6 0V11M12 14v2" />,
  reset: <path d="M18.500 12a6.500 6.500 0 1 1-2-4.700M17 4v4h-4" />,
  shelved: <path d="M9 6v12M15 6v12" strokeWidth="2.800" />,
  normal: <path d="M5 12.500l4.500 4.500L19 7.500" />,
  online: <circle cx="12" cy="12" r="5" fill="currentColor" />,
  silence: <circle cx="12" cy="12" r="5.500" strokeDasharray="2.500 3" />,
  fault: <path d="M12 4.500l8.500 15h-17zM12 10v4.500M12 16.700v.6" />,
  calibrating: (
    <path d="M14.500 5.500a4.500 4.500 0 0 0-4 6.500L5 17.500 6.500 19l5.500-5.500a4.500 4.500 0 0 0 6-5.500l-2.500 2.500-2-.5-.5-2z" />
  ),
  'never-seen': <circle cx="12" cy="12" r="5.500" />,
  hazards: (
    <>
      <path d="M5 20V9.500c0-2 3.100-3.500 7-3.500s7 1.500 7 3.500V20z" />
      <path d="M5 9.500C5 11.500 8.100 13 12 13s7-1.500 7-3.500M12 15.500v2.500M9.500 4.500L12 2l2.500 2.500" />
    </>
  ),
  calendar: <path d="M5 6.500h14v13H5zM5 10.500h14M9 4v4M15 4v4" />,
  plus: <path d="M12 5v14M5 12h14" />,
  back: <path d="M14.500 5.500L8 12l6.500 6.500" />,
}

/** Decoration beside a word; where it stands alone, the button around it has the name. */
export function Icon(props: { readonly name: IconName; readonly size?: number }) {
  const size = props.size ?? 18
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.900"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {DRAWINGS[props.name]}
    </svg>
  )
}
