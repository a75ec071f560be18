import { useTranslation } from 'react-i18next'
import type { WatchState } from '../../gateway/contract.ts'
import { Icon } from '../ui/icons.tsx'

/** What a source of its kind must measure, the gaps first, each with where that stands. */
export function Requirements({ state }: { readonly state: WatchState }) {
  const { t } = useTranslation()
  const gaps = state.requirements.filter(({ isMet }) => !isMet).length
  const inOrder = state.requirements.toSorted(
    (one, other) => Number(one.isMet) - Number(other.isMet),
  )
  return (
    <section>
      <h3>
        {t('watch.requirements')}{' '}
        <span className={gaps === 0 ? 'quiet' : 'watch-exceeded'}>
          {gaps === 0 ? t('watch.noGaps') : t('watch.gaps', { count: gaps })}
        </span>
      </h3>
      <ul className="watch-requirements">
        {inOrder.map(({ anyOf, isMet, boundTo, source, confidence }) => (
          <li key={anyOf.join()} data-met={isMet}>
            <Icon name={isMet ? 'online' : 'fault'} size={16} />
            <span>{anyOf.map((quantity) => t(`watched.${quantity}`)).join(' / ')}</span>
            <span className={isMet ? 'quiet' : 'watch-exceeded'}>
              {isMet ? `${t('watch.met')} (${boundTo.length})` : t('watch.unmet')}
            </span>
            <span className="quiet watch-source">
              {source} · {t(`watch.confidence_${confidence}`)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
