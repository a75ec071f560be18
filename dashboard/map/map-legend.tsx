import { useTranslation } from 'react-i18next'
import type { RiskMap } from '../../gateway/contract.ts'
import { fillOf, RISK_COLOURS, type RiskColour } from './risk-look.ts'
import { RiskMark } from './risk-panel.tsx'

/** Strokes of the hatching: red crossed, orange slanted, yellow dotted, blue plain. */
const STROKES: Readonly<Record<RiskColour, string>> = {
  red: 'M0 0l8 8M8 0l-8 8',
  orange: 'M-2 2l4-4M0 8l8-8M6 10l4-4',
  yellow: 'M2 2h.01M6 6h.01',
  blue: '',
}

/** What `patternOf` points to; once on the page. */
export function RiskPatterns() {
  return (
    <svg className="map-patterns" aria-hidden="true">
      <defs>
        {RISK_COLOURS.map((colour) => (
          <pattern
            key={colour}
            id={`risk-${colour}`}
            width="8"
            height="8"
            patternUnits="userSpaceOnUse"
          >
            <rect width="8" height="8" fill={fillOf(colour)} fillOpacity="0.22" />
            <path
              d={STROKES[colour]}
              stroke={fillOf(colour)}
              strokeOpacity="0.75"
              strokeWidth={colour === 'yellow' ? 2.4 : 1.2}
              strokeLinecap="round"
            />
          </pattern>
        ))}
      </defs>
    </svg>
  )
}

export function MapLegend({ bounds }: { readonly bounds: RiskMap['bounds'] | null }) {
  const { t } = useTranslation()
  const sign = (path: string, dash?: string) => (
    <svg viewBox="0 0 30 30" width={18} height={18} aria-hidden="true">
      <path
        d={path}
        fill={dash === undefined ? 'var(--map-quiet)' : 'none'}
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray={dash}
      />
    </svg>
  )
  const signs = [
    [sign('M4.5 4.5h21v21h-21z'), t('map.legendSite')],
    [sign('M15 2l11.5 6.5v13L15 28 3.5 21.5v-13z'), t('map.legendSource')],
    [sign('M15 1.5a13.5 13.5 0 1 1 0 27 13.5 13.5 0 0 1 0-27z'), t('map.legendCluster')],
    [sign('M4.5 4.5h21v21h-21z', '4 3'), t('map.legendSilent')],
  ] as const
  return (
    <section className="map-card map-legend">
      <h3>{t('map.legend')}</h3>
      <ul>
        {RISK_COLOURS.map((colour) => (
          <li key={colour}>
            <RiskMark colour={colour} />
            {bounds !== null && (
              <span className="quiet">
                {colour === 'blue'
                  ? t('risk.below', { count: bounds.yellow })
                  : t('risk.from', { count: bounds[colour] })}
              </span>
            )}
          </li>
        ))}
        {signs.map(([drawing, words]) => (
          <li key={words}>
            {drawing}
            <span>{words}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
