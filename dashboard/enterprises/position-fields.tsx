import { Form, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { looksSwapped } from '../../gateway/map/coordinates.ts'

export interface PositionFields {
  readonly latitude?: number | null
  readonly longitude?: number | null
}

/** Null for none; both or neither are there once the form has been checked. */
export function positionOf({ latitude, longitude }: PositionFields) {
  return typeof latitude === 'number' && typeof longitude === 'number'
    ? { latitude, longitude }
    : null
}

/** Where something is, WGS 84; asks when the two look exchanged. */
export function PositionInputs() {
  const { t } = useTranslation()
  const form = Form.useFormInstance<PositionFields>()
  const latitude = Form.useWatch('latitude', form)
  const longitude = Form.useWatch('longitude', form)
  const position = positionOf({ latitude: latitude ?? null, longitude: longitude ?? null })
  const isSwapped = position !== null && looksSwapped(position)
  const both = (other: keyof PositionFields) => ({
    validator: (_: unknown, value: number | null | undefined) =>
      (value ?? null) === null && (form.getFieldValue(other) ?? null) !== null
        ? Promise.reject(new Error(t('enterprise.positionBoth')))
        : Promise.resolve(),
  })
  const northOrSouth = {
    validator: (_: unknown, value: number | null | undefined) =>
      Math.abs(value ?? 0) > 90
        ? Promise.reject(new Error(t('enterprise.latitudeRange')))
        : Promise.resolve(),
  }
  return (
    <Form.Item
      label={`${t('enterprise.position')} (${t('common.optional')})`}
      {...(isSwapped && { validateStatus: 'warning' as const })}
      extra={isSwapped ? t('enterprise.positionSwapped') : t('enterprise.positionHint')}
    >
      <span className="position-inputs">
        <Form.Item noStyle name="latitude" rules={[both('longitude'), northOrSouth]}>
          <InputNumber
            // Beyond 90 it is refused, not cut: an exchanged pair must be seen as what it is.
            min={-180}
            max={180}
            step={0.0001}
            placeholder={t('enterprise.latitude')}
            aria-label={t('enterprise.latitude')}
          />
        </Form.Item>
        <Form.Item noStyle name="longitude" rules={[both('latitude')]}>
          <InputNumber
            min={-180}
            max={180}
            step={0.0001}
            placeholder={t('enterprise.longitude')}
            aria-label={t('enterprise.longitude')}
          />
        </Form.Item>
      </span>
    </Form.Item>
  )
}
