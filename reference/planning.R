# Power of t tests and of two proportions by R's own functions.
library(jsonlite)
groups <- lapply(list(c(5, 2, 0.025), c(20, 0.6, 0.05), c(100, 0.3, 0.01)), function(case) {
  found <- power.t.test(n = case[1], delta = case[2], sig.level = case[3], type = "two.sample", alternative = "one.sided")
  list(n = unbox(case[1]), effect = unbox(case[2]), alpha = unbox(case[3]), power = unbox(found$power))
})
proportions <- lapply(list(c(1500, 0.7, 0.75, 0.05), c(2000, 0.5, 0.55, 0.025), c(5000, 0.9, 0.92, 0.01)), function(case) {
  found <- power.prop.test(n = case[1], p1 = case[2], p2 = case[3], sig.level = case[4], alternative = "one.sided")
  list(n = unbox(case[1]), rate = unbox(case[2]), effect = unbox(case[3] - case[2]), alpha = unbox(case[4]), power = unbox(found$power))
})
tool <- paste0("R ", getRversion(), ", stats ", packageVersion("stats"))
cat(toJSON(list(tool = unbox(tool), groups = groups, proportions = proportions), digits = NA), "\n")
