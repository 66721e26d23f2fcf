#pragma once

// What a run found, for people and for programs. Pure.

#include "bench/load/campaign.hpp"

#include <string>
#include <string_view>

namespace smol::load {

std::string_view name_of(workload what) noexcept;

// A few lines and a table of latencies.
std::string print_report(const campaign_plan& plan, const campaign_report& found);

// One JSON object; its fields: bench/README.md.
std::string print_json(const campaign_plan& plan, const campaign_report& found);

}  // namespace smol::load
