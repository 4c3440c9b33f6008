/** What one frame of the step shows: its tensors, their clean pictures, and what is to be said about them. */
import type { InspectedStep, Prediction } from '../../../records/inspected-step.ts';
import { useText } from '../../i18n/use-text.ts';
import { PictureCanvas } from '../../parts/picture-canvas.tsx';
import { latentPicture } from './latent-picture.ts';
import type { StepFrame } from './step-frames.ts';
import own from './step.module.css';

/** Values shown as full colour; x_t and noise are about standard normal, the gap is smaller. */
const noiseScale = 3;
const gapScale = 1;

export function StepFrameView({ step, frame }: { readonly step: InspectedStep; readonly frame: StepFrame }) {
  const text = useText();
  const { t } = text;
  const short = (value: number) => text.number(value, { maximumSignificantDigits: 3 });
  const asked = (prompt: string) => (prompt === '' ? t('step.empty') : t('step.frozen', { prompt }));
  const [subject, concept] = step.teacher;
  const isFromSubject = step.teacher.length === 3;
  const target = <Tensor step={step} what={t('step.target')} prediction={step.target} />;
  const student = <Tensor step={step} what={t('step.student')} prediction={step.student} />;
  switch (frame.n) {
    case 1:
      return (
        <>
          <p>{t('step.1.body', { t: step.timestep })}</p>
          <div className={own['tensors']}>
            <Tensor step={step} what={t('step.xt')} values={step.latents} />
          </div>
        </>
      );
    case 2:
      return (
        <>
          <p>{t('step.2.body')}</p>
          <div className={own['tensors']}>
            {step.teacher.map((part) => (
              <Tensor key={part.prompt} step={step} what={asked(part.prompt)} prediction={part} />
            ))}
          </div>
        </>
      );
    case 3:
      return (
        <>
          <p>
            {concept === undefined
              ? t('step.3.copied')
              : t(isFromSubject ? 'step.3.subject' : 'step.3.guided', {
                  eta: short(-concept.coefficient),
                  subject: subject?.prompt ?? '',
                  concept: concept.prompt,
                })}
          </p>
          <div className={own['tensors']}>{target}</div>
        </>
      );
    case 4:
      return (
        <>
          <p>{t('step.4.body', { prompt: step.prompt })}</p>
          <div className={own['tensors']}>{student}</div>
        </>
      );
    case 5: {
      const gap = step.student.noise.map((value, i) => value - (step.target.noise[i] ?? 0));
      return (
        <>
          <p data-testid="step-loss" data-row={step.rowLoss} data-total={step.loss}>
            {t('step.5.body', {
              row: short(step.rowLoss),
              weight: short(step.rowWeight),
              rows: step.rows,
              loss: short(step.loss),
            })}
          </p>
          <div className={own['tensors']}>
            <Tensor step={step} what={t('step.gap')} values={gap} scale={gapScale} />
            {student}
            {target}
          </div>
        </>
      );
    }
    case 6:
      return <Update step={step} />;
  }
}

interface TensorProps {
  readonly step: InspectedStep;
  readonly what: string;
  readonly values?: Float32Array;
  readonly prediction?: Prediction;
  readonly scale?: number;
}

function Tensor({ step, what, prediction, values = prediction?.noise, scale = noiseScale }: TensorProps) {
  const { t } = useText();
  if (values === undefined) return null;
  const label = t('step.scale', { what, x: scale });
  return (
    <figure className={own['tensor']}>
      <div>
        <PictureCanvas picture={latentPicture(values, step.latentShape, scale)} label={label} />
        {prediction !== undefined && (
          <PictureCanvas picture={prediction.picture} label={`${what}: ${t('step.stands')}`} />
        )}
      </div>
      <figcaption>
        {what} <small>±{scale}</small>
      </figcaption>
    </figure>
  );
}

function Update({ step }: { readonly step: InspectedStep }) {
  const text = useText();
  const { t } = text;
  const short = (value: number) => text.number(value, { maximumSignificantDigits: 3 });
  const most = Math.max(...step.update.map(({ norm }) => norm));
  return (
    <>
      <p>{t('step.6.body', { gradient: short(step.gradientNorm), rate: short(step.learningRate) })}</p>
      <ul className={own['blocks']} data-testid="step-update">
        {step.update.map(({ block, norm, matrices }) => (
          <li key={block} title={t('step.matrices', { n: matrices })}>
            <code>{block}</code>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={(100 * norm) / most} height="8" />
            </svg>
            <b>{short(norm)}</b>
          </li>
        ))}
      </ul>
      {step.iterationsBefore > 0 && <p className={own['fine']}>{t('step.6.fresh')}</p>}
    </>
  );
}
