#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "pacing/abandon_record.h"
#include "pacing/flow_estimates.h"
#include "pacing/loss_model.h"
#include "pacing/pacing.h"

namespace cxctl {

/// `adaptive`: as many calls as keep the abandoned share of the last 24 hours under its limit with a confidence of 95 %
/// (AbandonBound), chosen anew at each sample.
///
/// * Nobody available in any of the last availabilityWindow samples: `idle`, as with `availability`. Nobody in this one
///   alone: the floor below is 0, and the model decides with those who are about to come free.
/// * A campaign that the tenant dials progressively by itself: `max`, unless even so the limit is passed.
/// * Progressive floor: one call for each free agent, less the calls in flight, in each interval; it cannot abandon but
///   for agents who leave. All that is dialed while the limit is not certainly kept (too few answers so far, or too
///   many abandons), and where the tenant gives no abandons.
/// * Above it a model (LossModel) says for each rate how many answers will find no agent until the next decision. The
///   rate goes up as long as one more answer costs less than `price` abandons: that spends abandons where they bring
///   most answers. The price moves so that the forecast, corrected by how earlier forecasts came out, spends what the
///   limit leaves in about half an hour.
/// * The more abandons of the last 15 minutes chance cannot explain under the limit, the less is spent, down to
/// nothing.
///
/// Its only figures are those of DialSample; its only way to act is the rate.
class AdaptivePacer : public Pacer {
 public:
  explicit AdaptivePacer(const PacingSettings& settings) : settings_(settings) {}
  PacingDecision Step(const DialSample& sample) override;
  std::string Save() const override;
  Result<void> Load(std::string_view json) override;

 private:
  void Observe(const DialSample& sample);
  double ProgressiveRate(const DialSample& sample) const;
  std::string WhyNotMore(const DialSample& sample, const AbandonCounts& day) const;
  double Spend(const DialSample& sample) const;
  std::int64_t PredictiveRate(const DialSample& sample, double floor);
  void MovePrice(double target_share);

  PacingSettings settings_;
  FlowEstimates flow_;
  AbandonRecord record_;
  std::optional<Instant> last_;
  std::deque<std::int64_t> available_;
  double elapsed_ = 0;  ///< Seconds since the last sample.
  double price_ = 0.05;
  // Forecasts, and what came of them, that forget.
  double forecast_answered_ = 0, forecast_abandoned_ = 0;  ///< Recent
  double judged_forecast_ = 0, judged_abandoned_ = 0;      ///< Over hours: how good forecasts are.
  double last_forecast_ = 0;                               ///< Abandons that the last decision is expected to bring.
};

}  // namespace cxctl
