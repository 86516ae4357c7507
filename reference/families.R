# Families of p-values by R's p.adjust, read from the numbers of families.py.
library(jsonlite)
cases <- fromJSON("../crates/core/stats/tests/reference/families.json", simplifyVector = FALSE)$families
names <- c(bonferroni = "bonferroni", holm = "holm", hochberg = "hochberg", hommel = "hommel",
           "benjamini-hochberg" = "BH", "benjamini-yekutieli" = "BY")
families <- lapply(cases, function(case) {
  p <- as.numeric(case$p)
  list(p = I(p), adjusted = lapply(as.list(names), function(name) I(p.adjust(p, name))))
})
tool <- paste0("R ", getRversion(), ", stats ", packageVersion("stats"))
cat(toJSON(list(tool = unbox(tool), families = families), digits = NA), "\n")
