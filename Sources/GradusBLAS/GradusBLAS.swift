// GradusBLAS
